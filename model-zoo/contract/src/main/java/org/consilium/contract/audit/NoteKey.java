package org.consilium.contract.audit;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import org.consilium.contract.Es256Key;
import org.consilium.contract.Sha256;

/**
 * A public key that signs notes, with its owner's name: Ed25519 (RFC 8032) for the consortium, ES256 for a site.
 *
 * <p>Its text is C2SP's "verifier key": name, key id and base64 of the type's byte and the key, with plus signs between
 * them. An Ed25519 key counts with its 32 bytes after the type's byte 0x01, an ES256 key with its X.509 form after 0xff and
 * the letters ES256. Both signatures have 64 bytes, that of ES256 as in RFC 7518, section 3.4.
 */
public final class NoteKey {

    /** The type's byte, by which a key cannot be mistaken for one of another kind. */
    enum Type {
        ED25519("01", "Ed25519", "Ed25519"),
        // ff: a type that has no byte of its own, and so a name.
        ES256("ff4553323536", "EC", "SHA256withECDSAinP1363Format");

        private final byte[] code;
        private final String family;
        private final String signature;

        Type(String code, String family, String signature) {
            this.code = HexFormat.of().parseHex(code);
            this.family = family;
            this.signature = signature;
        }

        String family() {
            return family;
        }

        String signature() {
            return signature;
        }

        boolean begins(byte[] typed) {
            return typed.length > code.length && Arrays.equals(code, Arrays.copyOf(typed, code.length));
        }
    }

    /** What comes before the 32 bytes of an Ed25519 key in X.509 (RFC 8410, section 4). */
    private static final byte[] ED25519_X509 = HexFormat.of().parseHex("302a300506032b6570032100");

    private static final int SIGNATURE_BYTES = 64;

    private final String name;
    private final Type type;
    private final PublicKey key;

    private NoteKey(String name, Type type, PublicKey key) {
        requireName(name);
        this.name = name;
        this.type = type;
        this.key = key;
    }

    /**
     * Returns the key under a name.
     *
     * @throws IllegalArgumentException if it is neither Ed25519 nor of the curve P-256, or the name has a space or a plus
     */
    public static NoteKey of(String name, PublicKey key) {
        if (key instanceof EdECPublicKey edwards
                && edwards.getParams().getName().equals("Ed25519")) {
            return new NoteKey(name, Type.ED25519, key);
        }
        if (key instanceof ECPublicKey curve) {
            Es256Key.of(curve);
            return new NoteKey(name, Type.ES256, key);
        }
        throw new IllegalArgumentException("a note is signed with Ed25519 or ES256, not with " + key.getAlgorithm());
    }

    /**
     * Reads a key's text.
     *
     * @throws IllegalArgumentException if it is none, or its id is not that of its key
     */
    public static NoteKey fromText(String text) {
        String[] parts = text.split("\\+", 3);
        if (parts.length != 3) {
            throw new IllegalArgumentException("'" + text + "' is no key of notes: name+id+key is needed");
        }
        byte[] bytes = Base64.getDecoder().decode(parts[2]);
        NoteKey key = Arrays.stream(Type.values())
                .filter(type -> type.begins(bytes))
                .map(type -> new NoteKey(
                        parts[0], type, publicKey(type, Arrays.copyOfRange(bytes, type.code.length, bytes.length))))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("'" + text + "' is a key of a kind that is not known"));
        if (!key.text().equals(text)) {
            throw new IllegalArgumentException("'" + text + "' has another id than its key");
        }
        return key;
    }

    /** Returns the owner's name. */
    public String name() {
        return name;
    }

    /** Returns the same key under another name: a site counter-signs by its id, and signs its own log by the log's name. */
    public NoteKey named(String other) {
        return new NoteKey(other, type, key);
    }

    /** Returns the key's id: the first four bytes of SHA-256(name || 0x0A || type || key), eight hexadecimal digits. */
    public String id() {
        MessageDigest digester = Sha256.digester();
        digester.update((name + "\n").getBytes(StandardCharsets.UTF_8));
        return HexFormat.of().formatHex(digester.digest(typed()), 0, 4);
    }

    /** Returns the SHA-256 of the key's X.509 form, for people and for the records that name it. */
    public Sha256 fingerprint() {
        return Sha256.of(key.getEncoded());
    }

    /** Returns the verifier key. */
    public String text() {
        return name + "+" + id() + "+" + Base64.getEncoder().encodeToString(typed());
    }

    /** Returns whether the owner of this key signed these bytes. */
    public boolean isSigned(byte[] content, byte[] signature) {
        // The JDK does not mind what comes after the signature.
        if (signature.length != SIGNATURE_BYTES) {
            return false;
        }
        try {
            Signature verifier = Signature.getInstance(type.signature);
            verifier.initVerify(key);
            verifier.update(content);
            return verifier.verify(signature);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    /**
     * Returns whether the owner of this key signed a document.
     *
     * @param kind what kind of document it is, as in {@link NoteSigner#sign(String, byte[])}
     */
    public boolean isSigned(String kind, byte[] document, NoteSignature signature) {
        return signature.name().equals(name)
                && signature.keyId().equals(id())
                && isSigned(ofKind(kind, document), signature.signature());
    }

    /** The digest instead of the document: there is no document that begins like another kind's. */
    static byte[] ofKind(String kind, byte[] document) {
        return (kind + "\n" + Sha256.of(document) + "\n").getBytes(StandardCharsets.UTF_8);
    }

    static void requireName(String name) {
        if (name.isEmpty() || name.chars().anyMatch(c -> c == '+' || Character.isWhitespace(c) || c < ' ')) {
            throw new IllegalArgumentException("'" + name + "' is no name of a key: no spaces and no plus signs");
        }
    }

    Type type() {
        return type;
    }

    private byte[] typed() {
        byte[] encoded = key.getEncoded();
        byte[] bytes =
                type == Type.ED25519 ? Arrays.copyOfRange(encoded, ED25519_X509.length, encoded.length) : encoded;
        byte[] typed = Arrays.copyOf(type.code, type.code.length + bytes.length);
        System.arraycopy(bytes, 0, typed, type.code.length, bytes.length);
        return typed;
    }

    private static PublicKey publicKey(Type type, byte[] bytes) {
        byte[] encoded = bytes;
        if (type == Type.ED25519) {
            encoded = Arrays.copyOf(ED25519_X509, ED25519_X509.length + bytes.length);
            System.arraycopy(bytes, 0, encoded, ED25519_X509.length, bytes.length);
        }
        try {
            PublicKey key = KeyFactory.getInstance(type.family).generatePublic(new X509EncodedKeySpec(encoded));
            if (key instanceof ECPublicKey curve) {
                Es256Key.of(curve);
            }
            return key;
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("the key is not readable: " + e.getMessage(), e);
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof NoteKey one && text().equals(one.text());
    }

    @Override
    public int hashCode() {
        return text().hashCode();
    }

    @Override
    public String toString() {
        return text();
    }
}
