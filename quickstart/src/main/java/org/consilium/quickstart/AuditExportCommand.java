package org.consilium.quickstart;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code consilium audit export}: fetch an export of a consortium's audit log. */
@Command(
        name = "export",
        header = "Fetch an export of a consortium's audit log.",
        description = {
            "",
            "Asks the consortium server for the records that you choose, in the form that you choose, and writes them to a"
                    + " file. The export itself is recorded in the log, with your name. A bundle can be checked without any"
                    + " server: consilium audit verify FILE.",
            ""
        },
        footer = {
            "",
            "Without --token-file the command shows an address and a code: open it in a browser, on any machine, and log in"
                    + " there.",
            "",
            "Example:",
            "  consilium audit export --server https://consortium.example.org \\",
            "      --study nodules --format bundle --out nodules.zip"
        },
        sortOptions = false)
final class AuditExportCommand implements Callable<Integer> {

    /** The forms, as the server names them. */
    enum Format {
        /** Records, proofs, checkpoints, signatures: a zip that can be checked offline. */
        bundle,
        /** A report for people. */
        pdf,
        /** A row a record. */
        csv,
        /** A JSON object a line. */
        json,
        /** A FHIR R5 AuditEvent a line. */
        fhir,
        /** A DICOM audit message a line. */
        atna
    }

    @Mixin
    private ServerAccess access;

    @Option(names = "--study", paramLabel = "ID", description = "Only records of this study; a report needs one.")
    private String study;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            required = true,
            description = "One of ${COMPLETION-CANDIDATES}.")
    private Format format;

    @Option(
            names = "--from",
            paramLabel = "TIME",
            description = "Only records from 2026-11-26 or 2026-11-26T10:00:00Z on.")
    private String from;

    @Option(names = "--to", paramLabel = "TIME", description = "Only records before that.")
    private String to;

    @Option(names = "--site", paramLabel = "ID", description = "Only records that concern this site.")
    private String site;

    @Option(
            names = "--type",
            paramLabel = "TYPE",
            description = "Only records of this type, such as round or round.opened.")
    private String type;

    @Option(
            names = "--with-parameters",
            description = "Put the updates and models into the bundle, so that each aggregate can be computed anew;"
                    + " auditors only.")
    private boolean parameters;

    @Option(names = "--out", paramLabel = "FILE", required = true, description = "Where the export goes.")
    private Path out;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        access.check();
        OutputFile.prepare("--out", out);
        Screen screen = new Screen(spec.commandLine().getOut(), false);
        access.api(screen).download(path(), out);
        screen.say("The export is in " + out.toAbsolutePath().normalize());
        if (format == Format.bundle) {
            screen.say("Check it with: consilium audit verify " + out);
        }
        return 0;
    }

    private String path() {
        Map<String, String> query = new LinkedHashMap<>();
        query.put("format", format.name());
        query.put("study", study);
        query.put("from", from);
        query.put("to", to);
        query.put("site", site);
        query.put("type", type);
        query.put("parameters", parameters ? "true" : null);
        return query.entrySet().stream()
                .filter(one -> one.getValue() != null)
                .map(one -> one.getKey() + "=" + URLEncoder.encode(one.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&", "/audit/export?", ""));
    }
}
