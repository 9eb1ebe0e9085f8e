//! The end by Ctrl-C of what runs other programs.

use std::io;

use system::Interrupts;

/// From now on Ctrl-C ends this process and all programs that it has started, and removes its temporary folders.
pub(crate) fn end_all() {
    if let Err(error) = listen() {
        tracing::debug!("Ctrl-C ends this process as the system has it: {error}");
    }
}

fn listen() -> io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    // Taken over before anything is started.
    let mut interrupts = {
        let _inside = runtime.enter();
        Interrupts::new()?
    };
    std::thread::Builder::new()
        .name("interrupts".to_owned())
        .spawn(move || {
            let interrupt = runtime.block_on(interrupts.next());
            system::end_calls();
            // What a shell says of one that a signal has ended.
            std::process::exit(128 + interrupt.number());
        })?;
    Ok(())
}
