//! The lock that a writer holds.

use std::io;

use super::{FileStore, access_error};
use crate::store::StoreError;
use crate::store::disk;

impl FileStore {
    pub(super) fn lock_exists(&self) -> Result<bool, StoreError> {
        Ok(self.disk.stat(&self.files.lock).map_err(|error| self.io_lock(error))?.is_some())
    }

    pub(super) fn lock(&mut self) -> Result<(), StoreError> {
        let held = self.lock.take();
        let locked = disk::lock_at(&*self.disk, &self.files.lock, held);
        self.lock = Some(locked.map_err(|error| self.io_lock(error))?);
        Ok(())
    }

    pub(super) fn unlock(&mut self) -> Result<(), StoreError> {
        let given = self.lock.as_ref().map_or(Ok(()), |lock| lock.unlock());
        given.map_err(|error| self.io_lock(error))
    }

    pub(super) fn io_lock(&self, source: io::Error) -> StoreError {
        access_error(&self.files.lock, "lock", source)
    }
}
