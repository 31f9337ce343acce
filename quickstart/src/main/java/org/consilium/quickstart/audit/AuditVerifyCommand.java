package org.consilium.quickstart.audit;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.consilium.contract.audit.NoteKey;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code consilium audit verify}: an auditor checks a bundle without asking anybody. */
@Command(
        name = "verify",
        header = "Verify an audit bundle, without server, database or network.",
        description = {
            "",
            "Computes anew and compares: every file's digest, every record's leaf and the log's root, that no record of a"
                    + " whole study is missing, checkpoints with their signatures and counter-signatures, time stamps,"
                    + " protocols and the log-ins that signed them, and each round's model where its updates are there.",
            ""
        },
        footer = {
            "",
            "Examples:",
            "  consilium audit verify study.zip --key consortium.key",
            "  consilium audit verify study.zip --witness site-1.checkpoints --witness site-2.checkpoints --json",
            "  consilium audit verify study.zip --record --server https://consortium.example.org",
            "",
            "Exit codes: 0 clean; 1 findings, each on a line with the number of its record or its file, or what was found"
                    + " could not be recorded; 2 there is nothing to verify, or an option cannot be followed."
        },
        sortOptions = false)
public final class AuditVerifyCommand implements Callable<Integer> {

    private static final int CLEAN = 0;
    private static final int FOUND = 1;
    private static final int UNUSABLE = 2;

    @Parameters(paramLabel = "BUNDLE", description = "The zip that was exported.")
    private Path bundle;

    @Option(
            names = "--key",
            paramLabel = "TEXT|FILE",
            description =
                    "The consortium's key as it has told you by another way: the key's text, name+id+key, or a file"
                            + " with it. Without it, compare the fingerprint that is shown.")
    private String key;

    @Option(
            names = "--witness",
            paramLabel = "FILE",
            description = "The checkpoints that a site has seen and kept, as it has exported them: shows whether it was"
                    + " shown the same history. May be given for several sites.")
    private List<Path> witnesses = List.of();

    @Option(names = "--json", description = "Print the report as JSON, for programs.")
    private boolean isJson;

    @Spec
    private CommandSpec spec;

    private final Telling telling;

    /** A command that tells nobody else what it has found. */
    public AuditVerifyCommand() {
        this((shown, err) -> true);
    }

    /** @param telling is told what was found */
    public AuditVerifyCommand(Telling telling) {
        this.telling = telling;
    }

    /** Takes what a verification has shown. */
    @FunctionalInterface
    public interface Telling {

        /**
         * Returns false if something that is known elsewhere contradicts the bundle.
         *
         * @param err for what is to be said to people and not to get into a report
         */
        boolean agrees(Verification shown, PrintWriter err);
    }

    @Override
    public Integer call() {
        PrintWriter err = spec.commandLine().getErr();
        try {
            Verification shown = new Verifier(bundle, pinned(), witnesses).run();
            print(shown);
            // Told after it was printed: who cannot be told changes nothing of what was found.
            boolean agrees = telling.agrees(shown, err);
            return shown.isClean() && agrees ? CLEAN : FOUND;
        } catch (UnusableBundle e) {
            err.println("consilium: " + ReportText.printable(e.getMessage()));
        } catch (IOException e) {
            err.println("consilium: " + bundle + " could not be read to its end (" + e.getMessage()
                    + "). Copy it to a disk of this machine and try again.");
        }
        err.flush();
        return UNUSABLE;
    }

    /**
     * Verifies a bundle, and gives what is to be said of it, line by line.
     *
     * @return what was shown
     */
    public static Verification verify(Path bundle, Consumer<String> say) {
        try {
            Verification shown = new Verifier(bundle, Optional.empty(), List.of()).run();
            ReportText.lines(shown).forEach(say);
            return shown;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void print(Verification shown) {
        PrintWriter out = spec.commandLine().getOut();
        if (isJson) {
            out.println(ReportJson.of(shown));
        } else {
            ReportText.lines(shown).forEach(out::println);
        }
        out.flush();
    }

    private Optional<NoteKey> pinned() throws IOException {
        if (key == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(NoteKey.fromText(keyText()));
        } catch (IllegalArgumentException e) {
            throw new UnusableBundle(
                    "--key " + key + ": " + e.getMessage()
                            + ". Name the text of the consortium's key, or a file that has it and nothing else.",
                    e);
        }
    }

    private String keyText() throws IOException {
        try {
            Path file = Path.of(key);
            return Files.isRegularFile(file)
                    ? Files.readString(file, StandardCharsets.UTF_8).strip()
                    : key;
        } catch (InvalidPathException e) {
            return key;
        }
    }
}
