package org.consilium.quickstart;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.consilium.contract.Messages;
import org.consilium.contract.NodeVersion;
import org.consilium.quickstart.audit.AuditVerifyCommand;
import org.consilium.quickstart.audit.Manifest;
import org.consilium.quickstart.audit.Verification;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Has a verification recorded in the log that the bundle is of, where the auditor wants that. */
@Command
final class VerificationRecording implements AuditVerifyCommand.Telling {

    @Option(
            names = "--record",
            description = "Tell the consortium server what was found, which records it in the log with your name. The"
                    + " only step that needs a network.")
    private boolean isWanted;

    @Mixin
    private ServerAccess access;

    /**
     * What the server says to it.
     *
     * @param seq the record's number
     * @param rootIsOurs whether the server's log was signed with the bundle's root
     */
    record Recorded(long seq, boolean rootIsOurs) {

        /** Returns it for people. */
        String line() {
            return rootIsOurs
                    ? "Recorded in the consortium's log as number " + seq + "."
                    : "Recorded in the consortium's log as number " + seq
                            + ". The consortium says that its log was never signed with this bundle's root: the bundle is of"
                            + " another log, or the consortium shows two. Ask the sites what they have counter-signed.";
        }
    }

    @Override
    public boolean agrees(Verification shown, PrintWriter err) {
        if (!isWanted) {
            return true;
        }
        Screen screen = new Screen(err, false);
        Recorded recorded = record(access.api(screen), shown);
        screen.say(recorded.line());
        return recorded.rootIsOurs();
    }

    /** Tells a server of a verification. */
    static Recorded record(Api server, Verification shown) {
        Manifest manifest = shown.manifest();
        JsonObjectBuilder said = Json.createObjectBuilder()
                .add("bundle", digest(shown.bundle()))
                .add("size", manifest.size())
                .add("root", manifest.root().hex())
                .add("findings", shown.total())
                .add("verifier", "consilium " + NodeVersion.CURRENT);
        manifest.study().ifPresent(study -> said.add("study", study.value()));
        JsonObject answer = server.post("/audit/verifications", said.build());
        return new Recorded(Messages.longNumber(answer, "seq"), Messages.flag(answer, "rootIsOurs"));
    }

    private static String digest(Path file) {
        try (InputStream in = Files.newInputStream(file);
                DigestInputStream digested = new DigestInputStream(in, MessageDigest.getInstance("SHA-256"))) {
            digested.transferTo(OutputStream.nullOutputStream());
            return HexFormat.of().formatHex(digested.getMessageDigest().digest());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
