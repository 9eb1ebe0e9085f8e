//! What has to change in a body.

use std::borrow::Cow;
use std::ops::Range;

use bytes::Bytes;
use serde_json::Value;

use crate::Splice;

/// The changes of a body, in the order of their spans. All their new bytes lie in one piece, for an
/// answer can have thousands of them.
#[derive(Default)]
pub(super) struct Changes {
    /// A span of the body, and where in `text` its new bytes are.
    spans: Vec<(Range<usize>, Range<usize>)>,
    text: Vec<u8>,
}

impl Changes {
    /// Puts this in the place of a span, which is a JSON string without its quotes, or a part of
    /// one.
    pub(super) fn put(&mut self, span: Range<usize>, new: Cow<'_, str>) {
        let text = self.text(new);
        self.put_text(span, text);
    }

    /// The same with a text that is here already.
    pub(super) fn put_text(&mut self, span: Range<usize>, text: Range<usize>) {
        self.spans.push((span, text));
    }

    /// Takes a text, as JSON writes it, and says where it is.
    pub(super) fn text(&mut self, new: Cow<'_, str>) -> Range<usize> {
        let start = self.text.len();
        match new {
            new if wire::plain(new.as_bytes()) < new.len() => {
                let quoted = Value::from(new).to_string();
                let inside = &quoted[1..quoted.len() - 1];
                self.text.extend_from_slice(inside.as_bytes());
            }
            Cow::Owned(first) if start == 0 => self.text = first.into_bytes(),
            new => self.text.extend_from_slice(new.as_bytes()),
        }
        start..self.text.len()
    }

    /// The same, each a splice.
    pub(super) fn splices(self) -> Vec<Splice> {
        let text = Bytes::from(self.text);
        // Nearly all messages have one change, the text of which is shared with nobody.
        if let [(span, _)] = &self.spans[..] {
            let span = span.clone();
            return vec![Splice { span, with: text }];
        }
        let splice = |(span, with)| Splice {
            span,
            with: text.slice(with),
        };
        self.spans.into_iter().map(splice).collect()
    }
}
