//! The corpus of the fuzz target, replayed by the ordinary tests.

#[path = "../fuzz/property.rs"]
mod property;

#[test]
fn the_corpus_of_the_fuzz_target_holds() {
    let corpus = concat!(env!("CARGO_MANIFEST_DIR"), "/fuzz/corpus/names");
    let mut inputs = 0;
    for entry in std::fs::read_dir(corpus).expect("the corpus is there") {
        let path = entry.expect("an entry").path();
        property::check(&std::fs::read(&path).expect("an input"));
        inputs += 1;
    }
    assert!(inputs >= 20, "only {inputs} inputs are there");
}
