package org.consilium.contract;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * A SHA-256 digest (FIPS 180-4).
 *
 * @param hex 64 lower-case hexadecimal digits
 */
public record Sha256(String hex) implements Comparable<Sha256> {

    /** Length of a digest in bytes. */
    public static final int BYTES = 32;

    private static final Pattern FORM = Pattern.compile("[0-9a-f]{64}");

    /** Checks the form. */
    public Sha256 {
        if (hex == null || !FORM.matcher(hex).matches()) {
            throw new IllegalArgumentException(
                    "'" + hex + "' is not a SHA-256 digest: 64 lower-case hexadecimal digits are needed");
        }
    }

    /** Returns the digest of the given bytes. */
    public static Sha256 of(byte[] bytes) {
        return new Sha256(HexFormat.of().formatHex(digester().digest(bytes)));
    }

    /** Returns the digest of the buffer's remaining bytes; the buffer itself does not move. */
    public static Sha256 of(ByteBuffer bytes) {
        MessageDigest digester = digester();
        digester.update(bytes.duplicate());
        return new Sha256(HexFormat.of().formatHex(digester.digest()));
    }

    /** Returns the digest whose 32 bytes are given. */
    public static Sha256 ofDigest(byte[] digest) {
        return new Sha256(HexFormat.of().formatHex(digest));
    }

    /** Returns a fresh digester for bytes that arrive in pieces. */
    public static MessageDigest digester() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform must support SHA-256", e);
        }
    }

    /** Returns the 32 bytes of this digest. */
    public byte[] bytes() {
        return HexFormat.of().parseHex(hex);
    }

    /** Returns the first twelve digits, for people. */
    public String brief() {
        return hex.substring(0, 12);
    }

    @Override
    public int compareTo(Sha256 other) {
        return hex.compareTo(other.hex);
    }

    @Override
    public String toString() {
        return hex;
    }
}
