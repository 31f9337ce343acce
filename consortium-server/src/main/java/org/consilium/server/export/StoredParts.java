package org.consilium.server.export;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.PrimitiveIterator;
import java.util.Set;
import java.util.stream.Stream;
import org.consilium.algorithm.Strategies;
import org.consilium.algorithm.Updates.Contribution;
import org.consilium.auditlog.Records;
import org.consilium.contract.ImpressionVerdict;
import org.consilium.contract.NodeVersion;
import org.consilium.contract.Sha256;
import org.consilium.contract.SiteId;
import org.consilium.contract.audit.AuditRecord;
import org.consilium.contract.audit.AuditRecord.Peer;
import org.consilium.contract.audit.NoteKey;
import org.consilium.contract.audit.SignedCheckpoint;
import org.consilium.contract.protocol.StudyProtocol;
import org.consilium.server.audit.Ledger;
import org.consilium.server.globalmodel.Models;
import org.consilium.server.globalmodel.StoredVector;
import org.consilium.server.round.Refinement;
import org.consilium.server.round.Round;
import org.consilium.server.round.Share;
import org.consilium.server.round.StudyView;
import org.consilium.server.study.ProtocolVersion;
import org.consilium.server.study.Signature;

/** The parts of a bundle as they are in the database. */
final class StoredParts implements BundleParts {

    private static final int PAGE = 1000;

    private final Ledger ledger;
    private final Models models;
    private final Records.Filter filter;
    private final long size;
    private final boolean withParameters;
    private final List<StudyView> views;
    /** What the site has said of each update, by study, round and site. */
    private final Map<String, Said> accepted = new HashMap<>();

    /** The updates that are in an aggregate, likewise. */
    private final Set<String> weighing = new HashSet<>();

    private final Set<HeldKey> keys = new LinkedHashSet<>();

    private record Said(String dataset, Optional<Peer> peer) {}

    /**
     * @param views the records' studies as the last of the records left them, by id
     * @param filter which records
     * @param size the last checkpoint's
     */
    StoredParts(
            Ledger ledger,
            List<StudyView> views,
            Models models,
            Records.Filter filter,
            long size,
            boolean withParameters) {
        this.ledger = ledger;
        this.models = models;
        this.filter = filter;
        this.size = size;
        this.withParameters = withParameters;
        this.views = List.copyOf(views);
    }

    /** Gives the records a page at a time, each page in a transaction of its own. */
    static void each(Ledger ledger, Records.Filter filter, To<AuditRecord> to) throws IOException {
        Records.Filter rest = filter;
        while (true) {
            List<AuditRecord> page = ledger.records(rest, PAGE);
            for (AuditRecord next : page) {
                to.accept(next);
            }
            if (page.size() < PAGE) {
                return;
            }
            rest = rest.from(page.get(page.size() - 1).seq() + 1);
        }
    }

    @Override
    public void records(To<AuditRecord> to) throws IOException {
        each(ledger, filter.withKeyRecords(), next -> {
            if (next.code().equals("update.accepted")) {
                accepted.put(next.entity().id(), new Said(next.details().get("dataset"), next.peer()));
            } else if (next.code().equals("round.aggregated")) {
                for (String site : next.details().get("sites").split(" ")) {
                    weighing.add(next.study().orElseThrow() + "/" + next.round().orElseThrow() + "/" + site);
                }
            }
            String key = next.details().get("key");
            if (key != null && isOwn(next)) {
                keys.add(new HeldKey(
                        next.site().map(SiteId::value).orElse(AuditRecord.CONSORTIUM), NoteKey.fromText(key)));
            }
            to.accept(next);
        });
    }

    private static boolean isOwn(AuditRecord next) {
        return next.code().equals("audit.key-used") || next.code().startsWith("site.");
    }

    @Override
    public void proof(PrimitiveIterator.OfLong places, To<byte[]> to) throws IOException {
        try {
            ledger.selection(size, places, hash -> {
                try {
                    to.accept(hash);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    @Override
    public void checkpoints(To<Stamped> to) throws IOException {
        long before = 0;
        while (before < size) {
            for (SignedCheckpoint next : ledger.checkpointsAfter(before)) {
                long at = next.checkpoint().size();
                if (at > size) {
                    return;
                }
                List<byte[]> consistency = before == 0 ? List.of() : ledger.consistency(before, at);
                to.accept(new Stamped(next, consistency, ledger.timestamp(at)));
                before = at;
            }
        }
    }

    /** Known when the records have been read. */
    @Override
    public List<HeldKey> keys() {
        return List.copyOf(keys);
    }

    @Override
    public List<StudyProtocol> protocols() {
        return versions().map(ProtocolVersion::protocol).toList();
    }

    @Override
    public List<Signature> signatures() {
        return versions()
                .flatMap(version -> version.signatures().stream().sorted(Comparator.comparing(Signature::site)))
                .toList();
    }

    private Stream<ProtocolVersion> versions() {
        return views.stream().flatMap(view -> view.versions().stream());
    }

    @Override
    public void rounds(To<RoundCertificate> to) throws IOException {
        for (StudyView view : views) {
            for (Round round : view.rounds()) {
                to.accept(certificate(view, round));
            }
        }
    }

    private RoundCertificate certificate(StudyView view, Round round) {
        StudyProtocol protocol = view.versions().stream()
                .filter(version -> version.number() == round.protocolVersion())
                .findFirst()
                .orElseThrow()
                .protocol();
        List<Share> weighed = round.shares().stream()
                .filter(share -> share.update().isPresent() && weighing.contains(name(round, share)))
                .toList();
        double[] weights = Strategies.of(protocol.method())
                .weights(weighed.stream()
                        .map(share -> new Contribution(
                                share.site(),
                                share.update().orElseThrow().metrics().examples()))
                        .toList());
        return new RoundCertificate(
                round.study(),
                round.number().value(),
                round.protocolVersion(),
                protocol.digest(),
                NodeVersion.CURRENT.toString(),
                protocol.method().strategy(),
                round.startModel(),
                round.state().name(),
                round.openedAt(),
                round.completedAt(),
                round.shares().stream()
                        .map(share -> participant(round, share, weight(weights, weighed.indexOf(share))))
                        .toList(),
                round.aggregate(),
                round.globalModel().filter(model -> !round.aggregate().equals(Optional.of(model))),
                round.refinement().trainedOn(),
                impressions(round));
    }

    private static Optional<RoundCertificate.Impressions> impressions(Round round) {
        Refinement refinement = round.refinement();
        if (refinement.made().isEmpty() && refinement.outcome().isEmpty()) {
            return Optional.empty();
        }
        List<ImpressionVerdict> verdicts = round.verdicts().stream()
                .map(share -> share.beside().verdict().orElseThrow().value())
                .toList();
        return Optional.of(new RoundCertificate.Impressions(
                refinement.made(),
                refinement.released(),
                refinement.outcome(),
                verdicts.size(),
                verdicts.stream().mapToLong(ImpressionVerdict::vetoes).sum()));
    }

    private static OptionalDouble weight(double[] weights, int at) {
        return at < 0 ? OptionalDouble.empty() : OptionalDouble.of(weights[at]);
    }

    private static String name(Round round, Share share) {
        return round.study() + "/" + round.number().value() + "/" + share.site();
    }

    private RoundCertificate.Participant participant(Round round, Share share, OptionalDouble weight) {
        Said said = accepted.getOrDefault(name(round, share), new Said(null, Optional.empty()));
        return new RoundCertificate.Participant(
                share.site(),
                share.state().name(),
                share.update()
                        .map(update -> new RoundCertificate.Taken(
                                update.digest(),
                                update.metrics().examples(),
                                share.bytesUp(),
                                Optional.empty(),
                                Optional.ofNullable(said.dataset()).map(Sha256::new),
                                said.peer(),
                                weight)));
    }

    @Override
    public List<Content> updates() {
        return contents(views.stream()
                .flatMap(view -> view.rounds().stream())
                .flatMap(round -> round.shares().stream())
                .flatMap(share -> share.update().stream())
                .map(update -> update.digest()));
    }

    @Override
    public List<Content> models() {
        return contents(views.stream()
                .flatMap(view -> view.rounds().stream())
                .flatMap(round -> Stream.of(Optional.of(round.startModel()), round.aggregate(), round.globalModel())
                        .flatMap(Optional::stream)));
    }

    /** What was erased is not there any more. */
    private List<Content> contents(Stream<Sha256> digests) {
        return !withParameters
                ? List.of()
                : digests.distinct()
                        .flatMap(digest -> models.find(digest).stream())
                        .<Content>map(Stored::new)
                        .toList();
    }

    private final class Stored implements Content {
        private final StoredVector vector;

        Stored(StoredVector vector) {
            this.vector = vector;
        }

        @Override
        public Sha256 sha256() {
            return vector.digest();
        }

        @Override
        public InputStream open() {
            return models.open(vector);
        }
    }
}
