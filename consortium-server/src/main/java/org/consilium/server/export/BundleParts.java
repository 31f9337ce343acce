package org.consilium.server.export;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import java.util.PrimitiveIterator;
import org.consilium.contract.Sha256;
import org.consilium.contract.audit.AuditRecord;
import org.consilium.contract.audit.NoteKey;
import org.consilium.contract.audit.SignedCheckpoint;
import org.consilium.contract.protocol.StudyProtocol;
import org.consilium.server.study.Signature;

/**
 * What a bundle is made of. What the log has many of is given one after another; the rest grows with the studies and is
 * given as lists.
 */
public interface BundleParts {

    /** Takes things one after another. */
    @FunctionalInterface
    interface To<T> {
        /** Takes the next one. */
        void accept(T next) throws IOException;
    }

    /**
     * A checkpoint and what goes with it.
     *
     * @param note with its signatures
     * @param consistency the proof that it goes on from the one before in the bundle; empty for the first
     * @param timestamp the RFC 3161 token, where it has one
     */
    record Stamped(SignedCheckpoint note, List<byte[]> consistency, Optional<byte[]> timestamp) {

        /** Copies. */
        public Stamped {
            consistency = List.copyOf(consistency);
        }
    }

    /**
     * A key that signed something.
     *
     * @param holder {@code consortium} or a site's id
     * @param key the public half
     */
    record HeldKey(String holder, NoteKey key) {}

    /** Parameters in their binary form; read twice, first to see that they are what their name says. */
    interface Content {
        /** Returns the name. */
        Sha256 sha256();

        /** Opens them anew. */
        InputStream open() throws IOException;
    }

    /** Gives the chosen records, by their place in the log, all of them below the last checkpoint's size. */
    void records(To<AuditRecord> to) throws IOException;

    /**
     * Gives the hashes by which {@link org.consilium.contract.audit.Merkle#root} makes the root of the last checkpoint of the
     * records.
     *
     * @param places of the records, ascending
     */
    void proof(PrimitiveIterator.OfLong places, To<byte[]> to) throws IOException;

    /** Gives the checkpoints by their size, at least one. */
    void checkpoints(To<Stamped> to) throws IOException;

    /** Returns the keys, in the order in which they are written. */
    List<HeldKey> keys();

    /** Returns all versions of the records' studies. */
    List<StudyProtocol> protocols();

    /** Returns the signatures under them, by study, version and site. */
    List<Signature> signatures();

    /** Gives the certificates of rounds, by study and round. */
    void rounds(To<RoundCertificate> to) throws IOException;

    /** Returns the updates that were asked for, in any order. */
    List<Content> updates();

    /** Returns the models that were asked for, in any order. */
    List<Content> models();
}
