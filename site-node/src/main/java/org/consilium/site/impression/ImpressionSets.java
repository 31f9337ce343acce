package org.consilium.site.impression;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.sql.SQLException;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.consilium.contract.ImpressionVerdict;
import org.consilium.contract.Impressions;
import org.consilium.contract.InvalidImpressionsException;
import org.consilium.contract.Sha256;
import org.consilium.contract.WorkOffer;
import org.consilium.site.audit.SiteEvent;
import org.consilium.site.platform.Database;

/** The use cases of impressions: keep what was fetched and said of it, show it to the steward, hear the steward's vetoes. */
@ApplicationScoped
public class ImpressionSets {

    private ImpressionStore store;
    private Database database;
    private Clock clock;

    /** For the container's proxy, and for tests that keep sets in memory. */
    protected ImpressionSets() {}

    /**
     * @param store where sets and vetoes are kept
     * @param database for the error when it is out of reach
     * @param clock says when
     */
    @Inject
    public ImpressionSets(ImpressionStore store, Database database, Clock clock) {
        this.store = store;
        this.database = database;
        this.clock = clock;
    }

    /**
     * Returns a set that was fetched before, nothing if it has to be fetched.
     *
     * @throws org.consilium.site.platform.ProblemException with status 503 if the database is out of reach
     */
    public Optional<Impressions> kept(Sha256 digest) {
        Optional<byte[]> body = database.asking(() -> store.body(digest));
        try {
            return body.map(Impressions::decode);
        } catch (InvalidImpressionsException e) {
            // Damaged where it lay: what is fetched takes its place.
            return Optional.empty();
        }
    }

    /**
     * Keeps a set, and records that it was fetched.
     *
     * @param offer for which it was
     * @param set as it came, and found to be what the offer speaks of
     */
    public void keep(WorkOffer.Task offer, Impressions set) {
        doing(() -> store.keep(
                offer.study(),
                set,
                new SiteEvent.ImpressionsFetched(offer, set.digest(), set.size()),
                clock.instant()));
    }

    /** Returns the numbers of those images of a set that the steward does not want, ascending. */
    public SortedSet<Integer> vetoed(Impressions set) {
        Set<Sha256> unwanted = database.asking(store::vetoed);
        List<Sha256> images = unwanted.isEmpty() ? List.of() : OfferedSet.images(set);
        return IntStream.range(0, images.size())
                .filter(i -> unwanted.contains(images.get(i)))
                .boxed()
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** Keeps what this site's node says of a set. */
    public void judged(ImpressionVerdict verdict) {
        doing(() -> store.judged(verdict, clock.instant()));
    }

    /** Returns the latest sets, the youngest first. */
    List<ImpressionStore.Kept> latest(int limit) {
        return database.asking(() -> store.latest(limit));
    }

    /** Returns what is known of a set, nothing if it is not here. */
    Optional<ImpressionStore.Kept> known(Sha256 digest) {
        return database.asking(() -> store.kept(digest));
    }

    /**
     * Vetoes just these images of a set.
     *
     * @param numbers 0 to size - 1
     * @param by who does
     */
    void veto(Impressions set, SortedSet<Integer> numbers, String by) {
        List<Sha256> images = OfferedSet.images(set);
        Set<Sha256> unwanted = numbers.stream().map(images::get).collect(Collectors.toSet());
        doing(() -> store.veto(
                images, unwanted, by, new SiteEvent.ImpressionsVetoed(set.digest(), numbers.size()), clock.instant()));
    }

    @FunctionalInterface
    private interface Deed {
        void act() throws SQLException;
    }

    private void doing(Deed deed) {
        database.asking(() -> {
            deed.act();
            return true;
        });
    }
}
