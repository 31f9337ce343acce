package org.consilium.contract.audit;

import java.util.Base64;
import java.util.HexFormat;

/**
 * One signature line of a signed note (C2SP signed-note): who signed, by which key, and the signature.
 *
 * @param name of the key's owner, without spaces and plus signs
 * @param keyId first four bytes of the key's digest, eight hexadecimal digits
 * @param signature its bytes; where it says a time, that comes first (C2SP tlog-cosignature)
 */
public record NoteSignature(String name, String keyId, byte[] signature) {

    private static final String DASH = "\u2014 ";
    private static final int ID_BYTES = 4;

    /** Checks the name and copies the bytes. */
    public NoteSignature {
        NoteKey.requireName(name);
        signature = signature.clone();
    }

    @Override
    public byte[] signature() {
        return signature.clone();
    }

    /** Returns the line, without a line feed. */
    public String line() {
        byte[] id = HexFormat.of().parseHex(keyId);
        byte[] all = new byte[ID_BYTES + signature.length];
        System.arraycopy(id, 0, all, 0, ID_BYTES);
        System.arraycopy(signature, 0, all, ID_BYTES, signature.length);
        return DASH + name + " " + Base64.getEncoder().encodeToString(all);
    }

    /**
     * Reads a line.
     *
     * @throws IllegalArgumentException if it is none
     */
    public static NoteSignature fromLine(String line) {
        int space = line.indexOf(' ', DASH.length());
        if (!line.startsWith(DASH) || space < 0) {
            throw new IllegalArgumentException("'" + line + "' is no signature line of a note");
        }
        byte[] all = Base64.getDecoder().decode(line.substring(space + 1));
        if (all.length <= ID_BYTES) {
            throw new IllegalArgumentException("the signature in '" + line + "' is too short");
        }
        byte[] signature = new byte[all.length - ID_BYTES];
        System.arraycopy(all, ID_BYTES, signature, 0, signature.length);
        NoteSignature read = new NoteSignature(
                line.substring(DASH.length(), space), HexFormat.of().formatHex(all, 0, ID_BYTES), signature);
        // Base64 has several texts for the same bytes where its last digits are not zero.
        if (!read.line().equals(line)) {
            throw new IllegalArgumentException("'" + line + "' is not written as a signature line is");
        }
        return read;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof NoteSignature one && line().equals(one.line());
    }

    @Override
    public int hashCode() {
        return line().hashCode();
    }

    @Override
    public String toString() {
        return line();
    }
}
