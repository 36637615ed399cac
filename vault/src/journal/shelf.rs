//! Buffers that are read into over and over: memory that nobody has touched yet costs more than to read into it.

use bytes::Bytes;
use std::mem;
use std::ops::{Deref, DerefMut};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Buffers that nobody uses at the moment, no more than a few.
#[derive(Clone)]
pub(super) struct Shelf {
    places: usize,
    buffers: Arc<Mutex<Vec<Vec<u8>>>>,
}

impl Shelf {
    /// With nothing on it, and room for so many.
    pub fn new(places: usize) -> Self {
        Self { places, buffers: Arc::default() }
    }

    /// A buffer of at least so many bytes, whatever they are.
    pub fn take(&self, bytes: usize) -> Buffer {
        let taken = self.buffers().pop().unwrap_or_default();
        let mut buffer = Buffer { bytes: taken, used: 0, shelf: self.clone() };
        buffer.grow(bytes);
        buffer
    }

    fn buffers(&self) -> MutexGuard<'_, Vec<Vec<u8>>> {
        self.buffers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A buffer, which goes back when nobody uses any of it.
pub(super) struct Buffer {
    bytes: Vec<u8>,
    used: usize,
    shelf: Shelf,
}

impl Buffer {
    /// Makes it at least so long.
    pub fn grow(&mut self, bytes: usize) {
        if self.bytes.is_empty() {
            // Of what the system gives as zeros nothing is touched until it is read into.
            self.bytes = vec![0; bytes];
        } else if self.bytes.len() < bytes {
            self.bytes.resize(bytes, 0);
        }
    }

    /// Its first bytes, for everybody.
    pub fn share(mut self, bytes: usize) -> Bytes {
        self.used = bytes;
        Bytes::from_owner(self)
    }
}

impl Deref for Buffer {
    type Target = [u8];
    fn deref(&self) -> &[u8] {
        &self.bytes
    }
}

impl DerefMut for Buffer {
    fn deref_mut(&mut self) -> &mut [u8] {
        &mut self.bytes
    }
}

impl AsRef<[u8]> for Buffer {
    fn as_ref(&self) -> &[u8] {
        &self.bytes[..self.used]
    }
}

impl Drop for Buffer {
    fn drop(&mut self) {
        let mut buffers = self.shelf.buffers();
        if buffers.len() < self.shelf.places && !self.bytes.is_empty() {
            buffers.push(mem::take(&mut self.bytes));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_buffer_comes_back_once_all_of_it_is_let_go() {
        let shelf = Shelf::new(1);
        let mut buffer = shelf.take(8);
        buffer[..4].copy_from_slice(b"line");
        let place = buffer.as_ptr();
        let shared = buffer.share(4);
        let part = shared.slice(1..3);
        drop(shared);
        assert_eq!((&*part, shelf.buffers().len()), (&b"in"[..], 0));
        let other = shelf.take(2);
        assert!(other.len() >= 2 && other.as_ptr() != place);
        drop(part);
        assert_eq!(shelf.buffers().len(), 1);
        // There is no room for a second one.
        drop(other);
        assert_eq!(shelf.buffers().len(), 1);
        let again = shelf.take(16);
        assert!(again.len() >= 16 && shelf.buffers().is_empty());
    }
}
