package org.consilium.quickstart;

import picocli.CommandLine.Command;

/** {@code consilium test}, for its help: the script at the root runs it with Maven, which must not be a child of this. */
@Command(
        name = "test",
        header = "Build everything anew and run all tests, on real parts.",
        description = {
            "",
            "Runs the Maven wrapper's 'clean verify' over all modules: formatting, unit tests, store contracts on"
                    + " PostgreSQL, tests inside Open Liberty, and system tests through real servers. Starts and stops all it needs,"
                    + " and ends with a line: N passed, N failed, N skipped. Refused while a demo runs in the same folder.",
            ""
        })
final class TestCommand implements Runnable {

    /** Says who runs the tests. */
    @Override
    public void run() {
        throw new CommandFailure("The tests are run by the script: ./consilium test, in the project's folder.");
    }
}
