package org.consilium.site.poll;

import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.consilium.contract.Problem;
import org.consilium.contract.Sha256;
import org.consilium.site.platform.ProblemException;

/** The bytes of one model, or one set of impressions, that have come so far; a broken connection costs only what had not come (RFC 9110, 14). */
final class Download {

    private static final int PARTIAL = 206;
    private static final int FIRST_ROOM = 1 << 16;

    private final String what;
    private final Sha256 digest;
    private byte[] bytes = new byte[0];
    private int length;

    /**
     * @param what for messages, such as {@code model}
     * @param digest names it
     */
    Download(String what, Sha256 digest) {
        this.what = what;
        this.digest = digest;
    }

    /** Returns whether it is of this. */
    boolean isOf(String other, Sha256 wanted) {
        return what.equals(other) && digest.equals(wanted);
    }

    /** Returns the Range to ask for, null for the whole. */
    String range() {
        return length == 0 ? null : "bytes=" + length + "-";
    }

    /** Returns what the rest must be of, since the start is here already; null for the whole. */
    String condition() {
        return length == 0 ? null : "\"" + digest + "\"";
    }

    /**
     * Reads the whole or the rest.
     *
     * @return header and payload, whole
     * @throws ProblemException if the connection broke; what came is kept
     */
    byte[] read(Response response) {
        if (response.getStatus() != PARTIAL) {
            length = 0;
        } else if (!startsHere(response)) {
            length = 0;
            throw new ProblemException(new Problem(
                    "download-differs",
                    502,
                    "The server sent another part",
                    "Another part of the " + what + " " + digest.brief() + " came than was asked for.",
                    "The node fetches the whole by itself; tell the consortium's administrator if this stays."));
        }
        int total = response.getLength() < 0 ? -1 : Math.addExact(length, response.getLength());
        if (total >= 0) {
            bytes = Arrays.copyOf(bytes, total);
        }
        try (InputStream body = response.readEntity(InputStream.class)) {
            fill(body, total);
        } catch (IOException e) {
            throw cut(total, e);
        }
        if (length < total) {
            throw cut(total, null);
        }
        return Arrays.copyOf(bytes, length);
    }

    private void fill(InputStream body, int total) throws IOException {
        while (length != total) {
            if (length == bytes.length) {
                bytes = Arrays.copyOf(bytes, Math.max(FIRST_ROOM, Math.multiplyExact(length, 2)));
            }
            int more = body.read(bytes, length, bytes.length - length);
            if (more < 0) {
                return;
            }
            length += more;
        }
    }

    private boolean startsHere(Response response) {
        String range = response.getHeaderString("Content-Range");
        return range != null && range.startsWith("bytes " + length + "-");
    }

    private ProblemException cut(int total, IOException cause) {
        return new ProblemException(
                new Problem(
                        "download-cut",
                        502,
                        "The connection broke during a download",
                        "Of the " + what + " " + digest.brief() + ", " + length + " of " + (total < 0 ? "?" : total)
                                + " bytes came before the connection broke.",
                        "The node fetches the rest by itself; check the network if this stays."),
                cause);
    }
}
