package org.consilium.contract.audit;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.time.Instant;
import org.consilium.contract.Pem;

/** A key that signs notes, with its private half, of which only signatures and {@link #toPem} come out. */
public final class NoteSigner {

    private final NoteKey key;
    private final PublicKey publicKey;
    private final PrivateKey privateKey;

    private NoteSigner(String name, PublicKey publicKey, PrivateKey privateKey) {
        this.key = NoteKey.of(name, publicKey);
        this.publicKey = publicKey;
        this.privateKey = privateKey;
    }

    /** Returns a new Ed25519 key. */
    public static NoteSigner generate(String name) {
        try {
            KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
            return new NoteSigner(name, pair.getPublic(), pair.getPrivate());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java platform makes no Ed25519 keys", e);
        }
    }

    /**
     * Reads both halves of a key, Ed25519 or ES256.
     *
     * @param name the owner's
     * @param pem as {@link #toPem} writes it: PKCS#8 and X.509 (RFC 7468)
     * @throws IllegalArgumentException if it holds no such key, or halves that do not belong together
     */
    public static NoteSigner fromPem(String name, String pem) {
        byte[] privateHalf = Pem.bytes(pem, "PRIVATE KEY");
        byte[] publicHalf = Pem.bytes(pem, "PUBLIC KEY");
        for (NoteKey.Type type : NoteKey.Type.values()) {
            try {
                KeyFactory factory = KeyFactory.getInstance(type.family());
                NoteSigner signer = new NoteSigner(
                        name,
                        factory.generatePublic(new X509EncodedKeySpec(publicHalf)),
                        factory.generatePrivate(new PKCS8EncodedKeySpec(privateHalf)));
                byte[] probe = signer.key.id().getBytes(StandardCharsets.US_ASCII);
                if (!signer.key.isSigned(probe, signer.sign(probe))) {
                    throw new IllegalArgumentException("its private and its public key do not belong together");
                }
                return signer;
            } catch (GeneralSecurityException e) {
                // Of the other kind.
                continue;
            }
        }
        throw new IllegalArgumentException("it holds neither an Ed25519 nor an ES256 key");
    }

    /** Returns both halves, PKCS#8 and X.509 (RFC 7468); to be kept where nobody else reads. */
    public String toPem() {
        return Pem.section("PRIVATE KEY", privateKey.getEncoded()) + Pem.section("PUBLIC KEY", publicKey.getEncoded());
    }

    /** Returns the public half. */
    public NoteKey key() {
        return key;
    }

    /** Returns the signature of a log's owner: over the note's text. */
    public NoteSignature sign(Checkpoint checkpoint) {
        return new NoteSignature(key.name(), key.id(), sign(checkpoint.bytes()));
    }

    /**
     * Returns the counter-signature of a witness, who has checked that the checkpoint goes on from the last one it saw
     * (C2SP tlog-cosignature).
     *
     * @param at when it did, kept to the second
     */
    public NoteSignature countersign(Checkpoint checkpoint, Instant at) {
        long seconds = at.getEpochSecond();
        byte[] signature = sign(checkpoint.witnessed(seconds));
        return new NoteSignature(
                key.name(),
                key.id(),
                ByteBuffer.allocate(Long.BYTES + signature.length)
                        .putLong(seconds)
                        .put(signature)
                        .array());
    }

    /**
     * Returns the signature of a document.
     *
     * @param kind what kind of document it is, one line; no signature of one kind passes for one of another
     */
    public NoteSignature sign(String kind, byte[] document) {
        return new NoteSignature(key.name(), key.id(), sign(NoteKey.ofKind(kind, document)));
    }

    private byte[] sign(byte[] content) {
        try {
            Signature signer = Signature.getInstance(key.type().signature());
            signer.initSign(privateKey);
            signer.update(content);
            return signer.sign();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the key does not sign: " + e.getMessage(), e);
        }
    }
}
