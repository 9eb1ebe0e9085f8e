//! `goplens setup`: puts goplens in gopls's place in an editor, and takes it back.

mod launcher;
