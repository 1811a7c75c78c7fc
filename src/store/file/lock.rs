//! The lock that a writer holds.

use std::io;

use super::FileStore;
use crate::store::StoreError;
use crate::store::access::access_error;
use crate::store::lock::{self, Briefly};

impl FileStore {
    pub(super) fn lock_exists(&self) -> Result<bool, StoreError> {
        Ok(self.disk.stat(&self.files.lock).map_err(|error| self.io_lock(error))?.is_some())
    }

    /// Takes the lock. Somebody else may hold it for as long as this writer waits.
    pub(super) fn lock(&mut self) -> Result<(), StoreError> {
        let held = self.lock.take();
        self.lock = Some(lock::lock_at(&*self.disk, &self.files.lock, held, &*self.waiting)?);
        Ok(())
    }

    /// Takes the lock unless somebody else holds it for longer than a moment. Says whether it was taken.
    pub(super) fn lock_briefly(&mut self) -> Result<bool, StoreError> {
        let held = self.lock.take();
        match lock::lock_at(&*self.disk, &self.files.lock, held, &Briefly(&*self.waiting)) {
            Ok(lock) => self.lock = Some(lock),
            Err(StoreError::Locked { .. }) => return Ok(false),
            Err(error) => return Err(error),
        }
        Ok(true)
    }

    pub(super) fn unlock(&mut self) -> Result<(), StoreError> {
        let given = self.lock.as_ref().map_or(Ok(()), |lock| lock.unlock());
        given.map_err(|error| self.io_lock(error))
    }

    pub(super) fn io_lock(&self, source: io::Error) -> StoreError {
        access_error(&self.files.lock, "lock", source)
    }
}
