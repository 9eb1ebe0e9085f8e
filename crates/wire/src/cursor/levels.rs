//! Which containers are open, so that depth costs a bit and no stack.

/// Which of the open containers are objects, a bit each.
#[derive(Default)]
pub(super) struct Levels {
    /// How many are open.
    pub(super) depth: usize,
    /// The innermost 64.
    near: u64,
    far: Vec<u64>,
}

impl Levels {
    /// One opens.
    pub(super) fn push(&mut self, object: bool) {
        if self.depth > 0 && self.depth.is_multiple_of(64) {
            self.far.push(self.near);
        }
        self.near = self.near << 1 | u64::from(object);
        self.depth += 1;
    }

    /// The innermost closes.
    pub(super) fn pop(&mut self) {
        self.depth -= 1;
        self.near >>= 1;
        if self.depth > 0 && self.depth.is_multiple_of(64) {
            self.near = self.far.pop().unwrap_or_default();
        }
    }

    /// Whether the innermost is an object.
    pub(super) fn top(&self) -> bool {
        self.near & 1 == 1
    }
}
