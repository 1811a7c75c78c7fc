create schema gangplank;
create table gangplank.installation (format integer not null);
create table gangplank.board (
  name text primary key,
  format integer not null,
  seq bigint not null default 0,
  loaded bigint not null default 0
);
create table gangplank.member (
  board text not null references gangplank.board (name),
  login text not null,
  signs_as text not null check (signs_as <> 'clock' and signs_as not like 'source:%' and btrim(signs_as) = signs_as and signs_as <> ''),
  role text not null check (role in ('reader', 'writer', 'owner')),
  primary key (board, login)
);
create unique index member_signature on gangplank.member (board, lower(signs_as));
create table gangplank.entry (
  board text not null references gangplank.board (name),
  seq bigint not null,
  line text not null,
  crc bigint not null,
  token text not null,
  login text not null default session_user,
  at timestamp with time zone not null default clock_timestamp(),
  primary key (board, seq)
);
