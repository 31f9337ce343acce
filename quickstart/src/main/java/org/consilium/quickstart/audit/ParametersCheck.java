package org.consilium.quickstart.audit;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.consilium.contract.InvalidParametersException;
import org.consilium.contract.Parameters;
import org.consilium.contract.ParametersHeader;
import org.consilium.contract.Sha256;
import org.consilium.contract.audit.BundleFormat;

/** Checks updates and models: that header and content belong to the digest by which the file is named. */
final class ParametersCheck {

    private static final String BINARY = ".bin";

    private final Bundle bundle;
    private final Findings findings;
    private final Map<String, ParametersHeader> genuine = new TreeMap<>();
    private int count;

    ParametersCheck(Bundle bundle, Findings findings) {
        this.bundle = bundle;
        this.findings = findings;
    }

    /** Checks them all, a piece at a time. */
    void run() throws IOException {
        for (String folder : new String[] {BundleFormat.UPDATES, BundleFormat.MODELS}) {
            for (String name : bundle.in(folder)) {
                count++;
                check(name, folder);
            }
        }
    }

    private void check(String name, String folder) throws IOException {
        try (InputStream in = bundle.open(name)) {
            byte[] head = in.readNBytes(ParametersHeader.BYTES);
            ParametersHeader header = ParametersHeader.decode(head);
            MessageDigest digester = Sha256.digester();
            long read = 0;
            byte[] chunk = new byte[UpdateFiles.CHUNK_BYTES];
            for (int next = in.readNBytes(chunk, 0, chunk.length);
                    next > 0;
                    next = in.readNBytes(chunk, 0, chunk.length)) {
                digester.update(chunk, 0, next);
                Parameters.checkFinite(Parameters.floats(ByteBuffer.wrap(chunk, 0, next)), read / Float.BYTES);
                read += next;
            }
            Sha256 digest = Sha256.ofDigest(digester.digest());
            // What fills a header up must be nothing.
            if (!Arrays.equals(header.encode(), head)) {
                findings.in(name, "parameters", "its header has more than a header has; ask for the bundle again");
                return;
            }
            if (read != header.payloadBytes()
                    || !digest.equals(header.payloadDigest())
                    || !name.equals(folder + digest.hex() + BINARY)) {
                findings.in(
                        name,
                        "parameters",
                        "its content has " + read + " bytes and SHA-256 " + digest + ", its header says "
                                + header.payloadBytes() + " and " + header.payloadDigest()
                                + "; ask for the bundle again");
                return;
            }
            genuine.put(name, header);
        } catch (InvalidParametersException e) {
            findings.in(name, "parameters", e.getMessage());
        } catch (DamagedEntry e) {
            bundle.damaged(name, e);
        }
    }

    /** Returns the name of an update's file. */
    static String update(Sha256 digest) {
        return BundleFormat.UPDATES + digest + BINARY;
    }

    /** Returns the header of a file that is genuine; null if there is no such file. */
    ParametersHeader header(String name) {
        return genuine.get(name);
    }

    int count() {
        return count;
    }
}
