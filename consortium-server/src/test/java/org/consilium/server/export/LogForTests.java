package org.consilium.server.export;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.PrimitiveIterator;
import java.util.function.LongFunction;
import java.util.function.LongPredicate;
import org.consilium.contract.ArchitectureId;
import org.consilium.contract.ParametersHeader;
import org.consilium.contract.Sha256;
import org.consilium.contract.audit.AuditRecord;
import org.consilium.contract.audit.Checkpoint;
import org.consilium.contract.audit.Merkle;
import org.consilium.contract.audit.NoteSigner;
import org.consilium.contract.audit.SignedCheckpoint;
import org.consilium.contract.protocol.StudyProtocol;
import org.consilium.server.study.Signature;

/** A log whose records are made anew whenever they are asked for, of any length, with one signed checkpoint. */
class LogForTests implements BundleParts {

    static final Instant NOW = Instant.parse("2026-11-26T12:00:00Z");

    private final long size;
    private final LongFunction<AuditRecord> log;
    private final LongPredicate chosen;
    private final SignedCheckpoint checkpoint;
    private final NoteSigner signer;

    final List<StudyProtocol> protocols = new ArrayList<>();
    final List<Signature> signatures = new ArrayList<>();
    final List<RoundCertificate> rounds = new ArrayList<>();
    final List<Content> updates = new ArrayList<>();
    final List<Content> models = new ArrayList<>();

    LogForTests(long size, LongFunction<AuditRecord> log, LongPredicate chosen, NoteSigner signer) {
        this.size = size;
        this.log = log;
        this.chosen = chosen;
        this.signer = signer;
        this.checkpoint = SignedCheckpoint.of(
                new Checkpoint("consortium.test/audit", size, Sha256.ofDigest(root(0, size)), NOW), signer);
    }

    SignedCheckpoint checkpoint() {
        return checkpoint;
    }

    /** The definition of RFC 6962, section 2.1, word for word. */
    private byte[] root(long from, long count) {
        if (count == 1) {
            return log.apply(from).leafHash().bytes();
        }
        long left = Merkle.split(count);
        return Merkle.node(root(from, left), root(from + left, count - left));
    }

    @Override
    public void records(To<AuditRecord> to) throws IOException {
        for (long seq = 0; seq < size; seq++) {
            if (chosen.test(seq)) {
                to.accept(log.apply(seq));
            }
        }
    }

    @Override
    public void proof(PrimitiveIterator.OfLong places, To<byte[]> to) throws IOException {
        new Object() {
            private long next = places.hasNext() ? places.nextLong() : Long.MAX_VALUE;

            void walk(long from, long count) throws IOException {
                if (next >= from + count) {
                    to.accept(root(from, count));
                } else if (count == 1) {
                    next = places.hasNext() ? places.nextLong() : Long.MAX_VALUE;
                } else {
                    long left = Merkle.split(count);
                    walk(from, left);
                    walk(from + left, count - left);
                }
            }
        }.walk(0, size);
    }

    @Override
    public void checkpoints(To<Stamped> to) throws IOException {
        to.accept(new Stamped(checkpoint, List.of(), Optional.of(new byte[] {1, 2, 3})));
    }

    @Override
    public List<HeldKey> keys() {
        return List.of(new HeldKey(AuditRecord.CONSORTIUM, signer.key()));
    }

    @Override
    public List<StudyProtocol> protocols() {
        return protocols;
    }

    @Override
    public List<Signature> signatures() {
        return signatures;
    }

    @Override
    public void rounds(To<RoundCertificate> to) throws IOException {
        for (RoundCertificate round : rounds) {
            to.accept(round);
        }
    }

    @Override
    public List<Content> updates() {
        return updates;
    }

    @Override
    public List<Content> models() {
        return models;
    }

    /** Returns bytes under a name that need not be theirs. */
    /** Parameters with those bytes as their values, under that name. */
    static Content content(Sha256 name, byte[] values) {
        byte[] head =
                new ParametersHeader(new ArchitectureId("toy.1x1x1.2"), values.length / 4, Sha256.of(values)).encode();
        byte[] bytes = Arrays.copyOf(head, head.length + values.length);
        System.arraycopy(values, 0, bytes, head.length, values.length);
        return new Content() {
            @Override
            public Sha256 sha256() {
                return name;
            }

            @Override
            public InputStream open() {
                return new ByteArrayInputStream(bytes);
            }
        };
    }
}
