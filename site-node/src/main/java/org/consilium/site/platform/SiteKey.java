package org.consilium.site.platform;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.consilium.contract.Es256Key;
import org.consilium.contract.Es256KeyPair;
import org.consilium.contract.audit.NoteSigner;

/**
 * The key by which this site proves who it is: EC P-256, made here at the first start; and the next one, while the site
 * changes to it. Only signatures and the public halves ever leave this class and what it hands out to sign
 * notes. Thread-safe.
 *
 * <p>The files tell how far a change is, and nothing else does, so that a crash at any point leaves one of these:
 *
 * <pre>
 * {@link #FILE}  {@link #NEXT_FILE}
 * A             -        {@link State#SETTLED}
 * A             B        {@link State#OFFERING}: the consortium may or may not know B; A opens
 * B             B        {@link State#CONFIRMING}: the consortium knows B; it may or may not have dropped A; B opens
 * B             -        {@link State#SETTLED}
 * </pre>
 *
 * A step is one file that appears, is replaced or disappears as a whole. Two more files say what else is to be known of
 * those states. {@link #OLD_FILE} has A while B is not confirmed, should the consortium say that it has lost B. {@link
 * #WITHDRAWN_FILE} has B once the change was abandoned, and means {@link State#WITHDRAWING} whatever is in {@link #NEXT_FILE}:
 * the consortium may or may not know B; A opens, and B will not be used any more.
 */
@ApplicationScoped
public class SiteKey {

    /** The file in the key folder: PKCS#8 private key and public key, both PEM. */
    public static final String FILE = "site-key.pem";

    /** The file of the next key, of the same form. */
    public static final String NEXT_FILE = "site-key.next.pem";

    /** The file of the key that was the present one before, until the new one is confirmed. */
    public static final String OLD_FILE = "site-key.old.pem";

    /** The file of a next key that is to be forgotten. */
    public static final String WITHDRAWN_FILE = "site-key.withdrawn.pem";

    /** How far a change to a new key is. */
    public enum State {
        /** There is none. */
        SETTLED,
        /** The next key is made and has not opened anything yet. */
        OFFERING,
        /** The change is abandoned; the consortium has not said yet that the next key opens nothing. */
        WITHDRAWING,
        /** The next key is the present one; the consortium has not said yet that the old one opens nothing any more. */
        CONFIRMING
    }

    /**
     * The keys at one moment.
     *
     * @param present the key that the site uses
     * @param next the key that it is changing to, or has just changed to
     * @param old the key that it has just changed from
     * @param withdrawn the key that it was changing to
     */
    private record Pairs(
            Es256KeyPair present,
            Optional<Es256KeyPair> next,
            Optional<Es256KeyPair> old,
            Optional<Es256KeyPair> withdrawn) {

        static Pairs settled(Es256KeyPair present) {
            return new Pairs(present, Optional.empty(), Optional.empty(), Optional.empty());
        }

        State state() {
            if (withdrawn.isPresent()) {
                return State.WITHDRAWING;
            }
            return next.map(pair -> pair.publicKey().equals(present.publicKey()) ? State.CONFIRMING : State.OFFERING)
                    .orElse(State.SETTLED);
        }
    }

    private KeyFolder folder;
    private volatile Pairs pairs;

    /** For the container's proxy. */
    SiteKey() {}

    /**
     * Reads the key, or makes it, and reads the next one.
     *
     * @throws IllegalStateException if a file is there but holds no such key, naming it
     */
    @Inject
    public SiteKey(KeyFolder folder) {
        this.folder = folder;
        if (folder.existing(FILE).isEmpty()) {
            // A next key without a present one was the change of a key that somebody has taken away.
            folder.remove(NEXT_FILE);
            folder.remove(OLD_FILE);
            folder.remove(WITHDRAWN_FILE);
        }
        Es256KeyPair present = pair(
                folder.secret(FILE, () -> bytes(Es256KeyPair.generate())),
                FILE,
                "put the file back from a backup, or move it away, start again and have the new key registered");
        pairs = new Pairs(present, other(NEXT_FILE), other(OLD_FILE), other(WITHDRAWN_FILE));
    }

    private Optional<Es256KeyPair> other(String file) {
        return folder.existing(file)
                .map(pem -> pair(pem, file, "move it away and start again: the key in " + FILE + " is good"));
    }

    /** Returns the present key's id, its RFC 7638 thumbprint. */
    public String kid() {
        return publicKey().kid();
    }

    /** Returns the public half of the present key. */
    public Es256Key publicKey() {
        return pairs.present().publicKey();
    }

    /** Returns a JSON Web Token of these claims by the present key; see {@link Es256KeyPair#sign}. */
    public String sign(JsonObject claims) {
        return pairs.present().sign(claims);
    }

    /**
     * Returns the present key as one that signs notes, which are the checkpoints of audit logs.
     *
     * @param name under which it signs
     */
    public NoteSigner notes(String name) {
        return NoteSigner.fromPem(name, pairs.present().toPem());
    }

    /** Returns how far a change to a new key is. */
    public State state() {
        return pairs.state();
    }

    /** Returns the public half of the key that the site is changing to. */
    public Optional<Es256Key> next() {
        Pairs now = pairs;
        return now.state() == State.OFFERING ? now.next().map(Es256KeyPair::publicKey) : Optional.empty();
    }

    /** Returns a JSON Web Token of these claims by the next key. */
    public String signNext(JsonObject claims) {
        return pairs.next()
                .orElseThrow(() -> new IllegalStateException("the site is not changing to a new key"))
                .sign(claims);
    }

    /** Returns whether the key is there that the present one has just replaced. */
    public boolean hasOld() {
        return pairs.state() == State.CONFIRMING && pairs.old().isPresent();
    }

    /** Returns a JSON Web Token of these claims by the key that the present one has just replaced. */
    public String signOld(JsonObject claims) {
        return pairs.old()
                .orElseThrow(() -> new IllegalStateException("the key of before the change is not there any more"))
                .sign(claims);
    }

    /** Returns the public half of the key that the consortium is to forget. */
    public Optional<Es256Key> withdrawn() {
        return pairs.withdrawn().map(Es256KeyPair::publicKey);
    }

    /** Returns a JSON Web Token of these claims by the key that the consortium is to forget. */
    public String signWithdrawn(JsonObject claims) {
        return pairs.withdrawn()
                .orElseThrow(() -> new IllegalStateException("the site has abandoned no change of its key"))
                .sign(claims);
    }

    /** Makes the next key; nothing if a change is not finished. */
    public synchronized void prepare() {
        if (pairs.state() == State.SETTLED) {
            Es256KeyPair fresh = Es256KeyPair.generate();
            folder.replace(NEXT_FILE, bytes(fresh));
            pairs = new Pairs(pairs.present(), Optional.of(fresh), Optional.empty(), Optional.empty());
        }
    }

    /** Makes the next key the present one; the consortium must have taken it. Nothing if there is no other. */
    public synchronized void promote() {
        if (pairs.state() == State.OFFERING) {
            Es256KeyPair next = pairs.next().orElseThrow();
            Es256KeyPair old = pairs.present();
            folder.replace(OLD_FILE, bytes(old));
            folder.replace(FILE, bytes(next));
            pairs = new Pairs(next, Optional.of(next), Optional.of(old), Optional.empty());
        }
    }

    /** Abandons a change whose key has not opened anything yet; the consortium must be told. Nothing at any other point. */
    public synchronized void abandon() {
        if (pairs.state() == State.OFFERING) {
            Es256KeyPair withdrawn = pairs.next().orElseThrow();
            folder.replace(WITHDRAWN_FILE, bytes(withdrawn));
            pairs = new Pairs(pairs.present(), pairs.next(), pairs.old(), Optional.of(withdrawn));
        }
    }

    /** Forgets the key of a change that was abandoned; the consortium must have forgotten it. Nothing if there is none. */
    public synchronized void forget() {
        if (pairs.state() == State.WITHDRAWING) {
            folder.remove(OLD_FILE);
            folder.remove(NEXT_FILE);
            folder.remove(WITHDRAWN_FILE);
            pairs = Pairs.settled(pairs.present());
        }
    }

    /** Ends the change; the consortium must have confirmed it. Nothing if the present key is not the next one. */
    public synchronized void settle() {
        if (pairs.state() == State.CONFIRMING) {
            folder.remove(OLD_FILE);
            folder.remove(NEXT_FILE);
            pairs = Pairs.settled(pairs.present());
        }
    }

    private Es256KeyPair pair(byte[] pem, String file, String action) {
        try {
            return Es256KeyPair.fromPem(new String(pem, StandardCharsets.US_ASCII));
        } catch (IllegalArgumentException e) {
            throw new IllegalStateException(
                    folder.file(file) + " holds no EC P-256 key of this node (" + e.getMessage() + "); " + action, e);
        }
    }

    private static byte[] bytes(Es256KeyPair pair) {
        return pair.toPem().getBytes(StandardCharsets.US_ASCII);
    }
}
