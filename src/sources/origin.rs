//! Where requests may go.

use std::net::IpAddr;

use ureq::http::Uri;

/// Scheme, host and port: what may not change between the configured address and a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestOrigin {
    /// Whether anybody on the way can read what is sent.
    pub is_plain: bool,
    pub host: String,
    pub port: u16,
}

impl RequestOrigin {
    /// Nothing where `address` is none, or has a name and a password in it.
    pub fn of(address: &str) -> Option<Self> {
        Self::with(address, ("https", 443), ("http", 80))
    }

    /// The same for a mail server: `imaps://mail.example.com`.
    pub fn of_mail(address: &str) -> Option<Self> {
        let origin = Self::with(address, ("imaps", 993), ("imap", 143))?;
        let uri: Uri = address.parse().ok()?;
        (matches!(uri.path(), "" | "/") && uri.query().is_none()).then_some(origin)
    }

    /// The same for these schemes and their usual ports.
    fn with(address: &str, safe: (&str, u16), plain: (&str, u16)) -> Option<Self> {
        let uri: Uri = address.parse().ok()?;
        let scheme = uri.scheme_str()?;
        let is_plain = scheme == plain.0;
        if !is_plain && scheme != safe.0 {
            return None;
        }
        let authority = uri.authority()?;
        if authority.as_str().contains('@') {
            return None;
        }
        let port = authority.port_u16().unwrap_or(if is_plain { plain.1 } else { safe.1 });
        Some(Self { is_plain, host: authority.host().to_ascii_lowercase(), port })
    }

    /// Whether it names this machine.
    pub fn is_here(&self) -> bool {
        let host = self.host.trim_start_matches('[').trim_end_matches(']');
        host == "localhost" || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
    }
}

/// What is wrong with an address to send requests to; nothing where all is well.
pub fn objection(address: &str) -> Option<&'static str> {
    match RequestOrigin::of(address) {
        None => Some("this is no address: write one such as https://api.example.com"),
        Some(origin) if origin.is_plain && !origin.is_here() => {
            Some("the secret would travel for everybody to read: write https://")
        }
        Some(_) if address.contains(['#', '"', '<', '>', ' ']) => {
            Some("this is no address: write one such as https://api.example.com")
        }
        Some(_) => None,
    }
}

/// The same for the address of a mail server.
pub fn objection_to_mail(address: &str) -> Option<&'static str> {
    match RequestOrigin::of_mail(address) {
        None => Some("this is no mail server: write one such as imaps://mail.example.com"),
        Some(origin) if origin.is_plain && !origin.is_here() => {
            Some("the password would travel for everybody to read: write imaps://")
        }
        Some(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_safe_addresses_are_taken() {
        for address in [
            "https://api.stripe.com",
            "https://10.1.2.3:8443/base",
            "http://127.0.0.1:9000",
            "http://[::1]:80",
            "http://localhost:1234/x",
        ] {
            assert_eq!(objection(address), None, "{address}");
        }
        for address in [
            "",
            "api.stripe.com",
            "ftp://api.stripe.com",
            "http://api.stripe.com",
            "http://127.0.0.1.example.com",
            "https://user:password@api.stripe.com",
            "https://api.stripe.com#x",
            "https://",
        ] {
            assert!(objection(address).is_some(), "{address}");
        }
        for address in [
            "imaps://mail.example.com",
            "imaps://10.1.2.3:1993/",
            "imap://127.0.0.1:1143",
            "imap://localhost",
        ] {
            assert_eq!(objection_to_mail(address), None, "{address}");
        }
        for address in [
            "mail.example.com",
            "https://mail.example.com",
            "imap://mail.example.com",
            "imaps://dan:password@mail.example.com",
            "imaps://mail.example.com/INBOX",
        ] {
            assert!(objection_to_mail(address).is_some(), "{address}");
        }
    }
}
