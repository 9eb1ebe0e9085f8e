//! Sessions in which every file has one spelling, links or not: nothing is changed.

use tests::{Setup, gopls_or_skip};

use crate::names::Names;
use crate::play::{check_same, session};
use crate::rows::ROWS;

#[test]
fn a_session_in_one_spelling_is_left_alone() {
    let test = "spellings::one_spelling::a_session_in_one_spelling_is_left_alone";
    let Some(gopls) = gopls_or_skip(test) else {
        return;
    };
    for (name, row) in ROWS {
        let ground = row.lay();
        let names = Names::default();
        let alone = session(row, &ground, Setup::server_alone(&gopls), &names, None);
        let through = Setup::through_goplens(&gopls);
        let through = session(row, &ground, through, &names, Some(&alone));
        check_same(&through.answers, &alone.answers, &names);
        let rewrites = through.ended.recorded().rewrites("paths");
        assert!(rewrites.is_empty(), "{name}: {rewrites:#?}");
        let findings = through.ended.recorded().events("finding");
        assert!(findings.is_empty(), "{name}: {findings:#?}");
    }
}
