package org.consilium.quickstart;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.consilium.contract.audit.NoteSigner;
import org.consilium.quickstart.platform.Trusting;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code consilium audit key}: make the key by which a consortium signs its audit log. */
@Command(
        name = "key",
        header = "Make the key by which a consortium signs its audit log.",
        description = {
            "",
            "Writes an Ed25519 key, private and public half, to a file that only you can read. Name it in the consortium"
                    + " server's bootstrap.properties as consilium.audit.key, the same for all replicas, and keep a copy"
                    + " where nobody else reads.",
            ""
        })
final class AuditKeyCommand implements Callable<Integer> {

    @Parameters(paramLabel = "FILE", description = "Where the key goes; it must not exist yet.")
    private Path file;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        if (Files.exists(file)) {
            throw new BadOption(
                    "FILE " + file, "it exists already, and a key in use must not be lost; name another file");
        }
        OutputFile.prepare("FILE", file);
        NoteSigner key = NoteSigner.generate("consortium");
        Trusting.writePrivately(file, key.toPem());
        Screen screen = new Screen(spec.commandLine().getOut(), false);
        screen.say("Key          " + file.toAbsolutePath().normalize() + "  keep a copy where only you can read it");
        screen.say("Fingerprint  " + key.key().fingerprint());
        return 0;
    }
}
