//! Looking for bytes in a file that may be large.

use std::io::{self, Read};

use memchr::memmem::Finder;

/// How much is read at once: memory that was never used costs more than a file that was just read.
const PIECE: usize = 64 << 10;

/// Whether these bytes stand anywhere in what is read.
///
/// # Errors
///
/// Where it cannot be read.
pub(crate) fn find(mut from: impl Read, bytes: &[u8]) -> io::Result<bool> {
    let finder = Finder::new(bytes);
    // What stands across the end of a piece begins in the last bytes of it.
    let kept = bytes.len().saturating_sub(1);
    let mut buffer = vec![0; kept + PIECE];
    let mut filled = 0;
    loop {
        let read = match from.read(&mut buffer[filled..]) {
            Ok(0) => return Ok(false),
            Ok(read) => read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        filled += read;
        if finder.find(&buffer[..filled]).is_some() {
            return Ok(true);
        }
        let left = filled.saturating_sub(kept);
        buffer.copy_within(left..filled, 0);
        filled -= left;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives at most this many bytes at once.
    struct Slow<'a>(&'a [u8], usize);

    impl Read for Slow<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let most = self.1.min(buffer.len());
            self.0.read(&mut buffer[..most])
        }
    }

    #[test]
    fn it_is_found_wherever_it_stands() {
        let marker = b"a marker";
        for before in [0, 1, PIECE - 9, PIECE - 4, PIECE, PIECE + 3, 3 * PIECE] {
            let mut text = vec![b'a'; before];
            text.extend_from_slice(marker);
            for most in [1, 7, 4096, usize::MAX] {
                assert!(find(Slow(&text, most), marker).unwrap(), "{before} {most}");
                let without = &text[..text.len() - 1];
                assert!(!find(Slow(without, most), marker).unwrap(), "{before}");
            }
        }
        assert!(!find(&b""[..], marker).unwrap());
    }
}
