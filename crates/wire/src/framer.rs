//! Where frames begin and end, in any chunking of the bytes.

use bytes::{Bytes, BytesMut};

use crate::header::{self, Header, HeaderError};

/// How many bytes after a broken header are searched for the next one.
pub const HEADER_SEARCH: usize = 64 * 1024;

/// What a header begins with, in any case.
const MARK: &[u8] = b"content-length:";

/// How many bytes of a body are here before it is asked whether it is to be held: enough for the
/// method of what gopls writes.
const START: usize = 256;

/// A frame that is here whole, with the bytes that it was read from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    /// Header and body as they came.
    pub bytes: Bytes,
    /// Its header.
    pub header: Header,
}

impl Frame {
    /// The body alone, without a copy.
    pub fn body(&self) -> Bytes {
        self.bytes.slice(self.header.length..)
    }
}

/// What comes next in a stream of frames.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Nothing before more bytes are read. So many are known to be missing, at the least.
    More(usize),
    /// A frame.
    Frame(Frame),
    /// A frame whose body is longer than may be held begins: its body follows as [`Step::Chunk`]s.
    Large {
        /// The header's bytes as they came.
        bytes: Bytes,
        /// The header.
        header: Header,
    },
    /// The next piece of a large body.
    Chunk {
        /// The piece.
        bytes: Bytes,
        /// Whether the body ends with it.
        last: bool,
    },
    /// These bytes belong to no frame; a new header begins behind them.
    Skipped {
        /// The bytes.
        bytes: Bytes,
        /// What was wrong with them.
        error: HeaderError,
    },
    /// The header was broken and no other came within [`HEADER_SEARCH`] bytes: the stream cannot
    /// be read any more.
    Lost(HeaderError),
}

/// Finds frames in a buffer that the caller fills.
#[derive(Debug, Default)]
pub struct Framer {
    state: State,
}

#[derive(Debug, Default)]
enum State {
    #[default]
    Header,
    /// A frame that is to be held has begun, and its header was read.
    Body(Header),
    /// So many bytes of a large body are still to come.
    Streaming(u64),
    /// Looking for a header, `searched` bytes without success.
    Searching {
        error: HeaderError,
        searched: usize,
    },
    Lost(HeaderError),
}

impl Framer {
    /// Whether the bytes read so far end between two frames, given what `buffer` still holds.
    pub fn at_boundary(&self, buffer: &BytesMut) -> bool {
        matches!(self.state, State::Header) && buffer.is_empty()
    }

    /// Takes the next step off the front of `buffer`. A body of up to `hold` bytes is given whole,
    /// a longer one in pieces; `hold` is asked once for each frame, with the start of its body.
    pub fn next(&mut self, buffer: &mut BytesMut, hold: impl FnOnce(&[u8]) -> u64) -> Step {
        match &mut self.state {
            State::Header => self.header(buffer, hold),
            State::Body(header) => {
                let header = *header;
                self.body(buffer, header)
            }
            State::Streaming(left) => {
                if buffer.is_empty() {
                    return Step::More(1);
                }
                let take = buffer
                    .len()
                    .min(usize::try_from(*left).unwrap_or(usize::MAX));
                *left -= take as u64;
                let last = *left == 0;
                if last {
                    self.state = State::Header;
                }
                Step::Chunk {
                    bytes: buffer.split_to(take).freeze(),
                    last,
                }
            }
            State::Searching { .. } => self.search(buffer),
            State::Lost(error) => Step::Lost(error.clone()),
        }
    }

    fn header(&mut self, buffer: &mut BytesMut, hold: impl FnOnce(&[u8]) -> u64) -> Step {
        if buffer.is_empty() {
            return Step::More(1);
        }
        match header::parse(buffer) {
            None => Step::More(1),
            Some(Ok(header)) => {
                let start = &buffer[header.length..];
                let wanted = usize::try_from(header.size).map_or(START, |size| size.min(START));
                if start.len() < wanted {
                    return Step::More(wanted - start.len());
                }
                if header.size <= hold(&start[..wanted]) {
                    return self.body(buffer, header);
                }
                self.state = State::Streaming(header.size);
                Step::Large {
                    bytes: buffer.split_to(header.length).freeze(),
                    header,
                }
            }
            Some(Err(error)) => {
                self.state = State::Searching { error, searched: 1 };
                self.search(buffer)
            }
        }
    }

    fn body(&mut self, buffer: &mut BytesMut, header: Header) -> Step {
        let whole = header.length + header.size as usize;
        if buffer.len() < whole {
            self.state = State::Body(header);
            return Step::More(whole - buffer.len());
        }
        self.state = State::Header;
        Step::Frame(Frame {
            bytes: buffer.split_to(whole).freeze(),
            header,
        })
    }

    /// The skipped bytes stay in the buffer until the next header is found or given up.
    fn search(&mut self, buffer: &mut BytesMut) -> Step {
        let State::Searching { error, searched } = &mut self.state else {
            unreachable!()
        };
        // What lies beyond is not looked at, so that the chunking makes no difference.
        let end = buffer.len().min(HEADER_SEARCH + MARK.len());
        if let Some(found) = find_mark(&buffer[(*searched).min(end)..end]) {
            let error = error.clone();
            let bytes = buffer.split_to(*searched + found).freeze();
            self.state = State::Header;
            return Step::Skipped { bytes, error };
        }
        if buffer.len() >= HEADER_SEARCH + MARK.len() {
            self.state = State::Lost(error.clone());
            return self.next(buffer, |_| 0);
        }
        // The mark can begin in the last bytes that are here.
        *searched = (*searched).max((buffer.len() + 1).saturating_sub(MARK.len()));
        Step::More(1)
    }
}

/// Where a header begins in `bytes`.
fn find_mark(bytes: &[u8]) -> Option<usize> {
    memchr::memchr2_iter(b'c', b'C', bytes).find(|&at| {
        bytes[at..]
            .get(..MARK.len())
            .is_some_and(|mark| mark.eq_ignore_ascii_case(MARK))
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// All steps that `bytes` give when they arrive in pieces of these sizes, the rest at once.
    fn steps(bytes: &[u8], pieces: &[usize], hold: u64) -> Vec<Step> {
        let mut framer = Framer::default();
        let mut buffer = BytesMut::new();
        let mut steps = Vec::new();
        let mut rest = bytes;
        for piece in pieces.iter().copied().chain([usize::MAX]) {
            let (now, later) = rest.split_at(piece.min(rest.len()));
            rest = later;
            buffer.extend_from_slice(now);
            loop {
                match framer.next(&mut buffer, |_| hold) {
                    Step::More(_) => break,
                    lost @ Step::Lost(_) => {
                        steps.push(lost);
                        return steps;
                    }
                    step => steps.push(step),
                }
            }
        }
        steps
    }

    fn bodies(steps: &[Step]) -> Vec<Vec<u8>> {
        let mut bodies = Vec::new();
        let mut large = Vec::new();
        for step in steps {
            match step {
                Step::Frame(frame) => bodies.push(frame.body().to_vec()),
                Step::Chunk { bytes, last } => {
                    large.extend_from_slice(bytes);
                    if *last {
                        bodies.push(std::mem::take(&mut large));
                    }
                }
                _ => {}
            }
        }
        bodies
    }

    #[test]
    fn a_broken_header_costs_only_its_own_bytes() {
        let bytes = b"Garbage\r\n\r\nmore garbage Content-Length: 2\r\n\r\n{}";
        let steps = steps(bytes, &[], 100);
        let Step::Skipped { bytes, error } = &steps[0] else {
            panic!("{steps:?}")
        };
        assert_eq!(&bytes[..], b"Garbage\r\n\r\nmore garbage ");
        assert_eq!(*error, HeaderError::NoColon("Garbage".into()));
        assert_eq!(bodies(&steps), [b"{}"]);
    }

    #[test]
    fn a_bad_length_is_not_found_again_as_its_own_successor() {
        let steps = steps(
            b"Content-Length: x\r\n\r\ncontent-LENGTH: 2\r\n\r\n{}",
            &[],
            100,
        );
        assert!(matches!(&steps[0], Step::Skipped { bytes, .. } if bytes.len() == 21));
        assert_eq!(bodies(&steps), [b"{}"]);
    }

    #[test]
    fn a_search_without_end_is_given_up() {
        let mut bytes = b"Garbage\n".to_vec();
        bytes.resize(HEADER_SEARCH + 100, b'x');
        let steps = steps(&bytes, &[10, 10], 100);
        assert_eq!(steps, [Step::Lost(HeaderError::NoColon("Garbage".into()))]);
    }

    #[test]
    fn a_header_is_found_up_to_the_limit_and_not_behind_it_in_any_chunking() {
        let frame = b"Content-Length: 2\r\n\r\n{}";
        for (gap, found) in [(HEADER_SEARCH, true), (HEADER_SEARCH + 1, false)] {
            let mut bytes = b"Garbage\n".to_vec();
            bytes.resize(gap, b'x');
            bytes.extend_from_slice(frame);
            for pieces in [vec![], vec![gap], vec![100, gap - 90], vec![gap - 5, 7, 3]] {
                let steps = steps(&bytes, &pieces, 100);
                assert_eq!(bodies(&steps).len(), usize::from(found), "{gap} {pieces:?}");
            }
        }
    }

    #[test]
    fn what_is_missing_of_a_body_is_known() {
        let mut buffer = BytesMut::from(&b"Content-Length: 10\r\n\r\n{}"[..]);
        assert_eq!(Framer::default().next(&mut buffer, |_| 10), Step::More(8));
        let mut buffer = BytesMut::from(&b"Content-Length: 1000\r\n\r\n{}"[..]);
        assert_eq!(
            Framer::default().next(&mut buffer, |_| 10),
            Step::More(START - 2)
        );
    }

    #[test]
    fn whether_a_body_is_held_is_asked_when_its_start_is_here() {
        let mut bytes = b"Content-Length: 1000\r\n\r\n".to_vec();
        bytes.resize(bytes.len() + 1000, b'x');
        let (first, rest) = bytes.split_at(100);
        let (mut framer, mut buffer) = (Framer::default(), BytesMut::from(first));
        let step = framer.next(&mut buffer, |_| panic!("too early"));
        assert!(matches!(step, Step::More(_)));
        buffer.extend_from_slice(rest);
        let mut seen = Vec::new();
        framer.next(&mut buffer, |start| {
            seen = start.to_vec();
            0
        });
        assert_eq!(seen, [b'x'; START]);
    }

    proptest! {
        #[test]
        fn any_chunking_gives_the_same_frames_and_every_byte(
            contents in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..300), 0..20),
            odd in prop::collection::vec(any::<bool>(), 20),
            pieces in prop::collection::vec(1usize..200, 0..100),
            hold in 0u64..300,
        ) {
            let mut stream = Vec::new();
            for (content, odd) in contents.iter().zip(odd) {
                let name = if odd { "X: y\ncontent-LENGTH" } else { "Content-Length" };
                stream.extend(format!("{name}: {}\r\n\r\n", content.len()).into_bytes());
                stream.extend(content);
            }
            let steps = steps(&stream, &pieces, hold);
            prop_assert_eq!(bodies(&steps), contents);
            let mut again = Vec::new();
            for step in &steps {
                match step {
                    Step::Frame(frame) => again.extend_from_slice(&frame.bytes),
                    Step::Large { bytes, .. } | Step::Chunk { bytes, .. } => {
                        again.extend_from_slice(bytes);
                    }
                    other => prop_assert!(false, "{:?}", other),
                }
            }
            prop_assert_eq!(again, stream);
        }

        #[test]
        fn no_bytes_make_it_panic_or_lose_any(
            bytes in prop::collection::vec(any::<u8>(), 0..2000),
            pieces in prop::collection::vec(1usize..50, 0..100),
        ) {
            steps(&bytes, &pieces, 100);
        }
    }
}
