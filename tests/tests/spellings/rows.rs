//! The rows in which gopls alone is wrong.

use tests::{Setup, gopls_or_skip};

use crate::ground::By;
use crate::row::Row;

/// The rows, each with its name and a test.
macro_rules! rows {
    ($($name:ident: $by:expr, [$($link:expr),*], $tree:expr;)*) => {
        /// All of them.
        pub(crate) const ROWS: &[(&str, Row)] = &[$(
            (stringify!($name), Row { by: $by, links: &[$($link),*], tree: $tree, maps: &[] }),
        )*];

        $(
            #[test]
            fn $name() {
                crate::play::play(concat!("spellings::rows::", stringify!($name)), &Row {
                    by: $by,
                    links: &[$($link),*],
                    tree: $tree,
                    maps: &[],
                });
            }
        )*
    };
}

rows! {
    the_folder_is_a_link_and_the_file_is_opened_by_its_real_path:
        By::Package, [("work/app", "real")], ("work/app", "real");

    the_folder_is_real_and_the_file_is_opened_by_a_link:
        By::Package, [("grüne Abkürzung", "work/app")], ("work/app", "grüne Abkürzung");

    a_package_folder_is_a_link_and_the_file_is_opened_by_its_real_path:
        By::Package, [("work/app/lib", "elsewhere/lib")], ("work/app/lib", "elsewhere/lib");

    a_package_folder_is_real_and_the_file_is_opened_by_a_link:
        By::Package, [("elsewhere/lib", "work/app/lib")], ("work/app/lib", "elsewhere/lib");

    a_file_is_a_link_and_what_it_leads_to_is_opened:
        By::Package,
        [("work/app/lib/lib.go", "elsewhere/lib/lib.go")],
        ("work/app/lib/lib.go", "elsewhere/lib/lib.go");

    a_file_is_real_and_is_opened_by_a_link:
        By::Package,
        [("elsewhere/lib/lib.go", "work/app/lib/lib.go")],
        ("work/app/lib/lib.go", "elsewhere/lib/lib.go");

    a_file_is_a_link_to_one_of_another_name:
        By::Package,
        [("work/app/lib/lib.go", "elsewhere/template")],
        ("work/app/lib/lib.go", "elsewhere/template");

    go_work_uses_a_link_and_the_library_is_opened_by_its_real_path:
        By::Workspace, [("work/lib", "elsewhere/lib")], ("work/lib", "elsewhere/lib");

    go_work_uses_a_real_folder_and_it_is_opened_by_a_link:
        By::Workspace, [("elsewhere/lib", "work/lib")], ("work/lib", "elsewhere/lib");

    go_work_uses_a_real_folder_and_it_is_opened_by_a_link_within_the_workspace:
        By::Workspace, [("work/short/lib", "work/lib")], ("work/lib", "work/short/lib");

    a_replace_leads_to_a_link_and_the_library_is_opened_by_its_real_path:
        By::Replace, [("work/lib", "elsewhere/lib")], ("work/lib", "elsewhere/lib");

    a_replace_leads_to_a_real_folder_and_it_is_opened_by_a_link:
        By::Replace, [("elsewhere/lib", "work/lib")], ("work/lib", "elsewhere/lib");

    the_module_cache_is_a_link_and_the_file_is_opened_by_its_real_path:
        By::Cache, [("cache", "elsewhere/modules")], ("cache", "elsewhere/modules");

    the_module_cache_is_real_and_the_file_is_opened_through_a_link:
        By::Cache, [("elsewhere/modules", "cache")], ("cache", "elsewhere/modules");

    gopath_is_a_link_and_the_file_is_opened_by_its_real_path:
        By::Gopath, [("gopath", "elsewhere/go")], ("gopath", "elsewhere/go");

    gopath_is_real_and_the_file_is_opened_through_a_link:
        By::Gopath, [("elsewhere/go", "gopath")], ("gopath", "elsewhere/go");

    a_link_within_the_folder_leads_back_to_it:
        By::Package, [("work/app/self", "work/app")], ("work/app", "work/app/self/self");

    a_chain_of_links_leads_to_the_folder:
        By::Package,
        [("one", "work/app"), ("two", "one"), ("three/deep", "two"), ("end", "three/deep")],
        ("work/app", "end");
}

/// There is something to mend in each of them: the program has a reference.
#[test]
fn gopls_alone_does_not_find_the_reference_in_the_program() {
    let test = "spellings::rows::gopls_alone_does_not_find_the_reference_in_the_program";
    let Some(gopls) = gopls_or_skip(test) else {
        return;
    };
    for (name, row) in ROWS {
        let ground = row.lay();
        let names = row.names(&ground);
        let library = names.of(&ground.uri(&row.library()), None);
        let mut client = row.start(&ground, Setup::server_alone(&gopls), &names);
        let answer = client.ask("textDocument/references", &library, "Greet(name");
        let program = ground.uri(&row.program());
        assert!(!answer.to_string().contains(&program), "{name}: {answer}");
        client.end();
    }
}
