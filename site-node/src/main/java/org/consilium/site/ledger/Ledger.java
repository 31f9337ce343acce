package org.consilium.site.ledger;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.sql.SQLException;
import java.time.Clock;
import java.util.List;
import org.consilium.contract.Problem;
import org.consilium.site.platform.Database;
import org.consilium.site.platform.Outbound;
import org.consilium.site.platform.OutboundRequest;
import org.consilium.site.platform.ProblemException;

/** Lists what leaves, and shows what has left. */
@ApplicationScoped
public class Ledger implements Outbound {

    private LedgerStore store;
    private Database database;
    private Clock clock;

    /** For the container's proxy. */
    Ledger() {}

    /**
     * @param store where entries are kept
     * @param database must be migrated first
     * @param clock says when
     */
    @Inject
    public Ledger(LedgerStore store, Database database, Clock clock) {
        this.store = store;
        this.database = database;
        this.clock = clock;
    }

    @Override
    public void list(OutboundRequest request) {
        Departure what = Departure.of(request);
        try {
            database.require();
            store.add(what, clock.instant());
        } catch (ProblemException e) {
            throw unlisted(what, e);
        } catch (SQLException e) {
            throw unlisted(what, database.unavailable(e));
        }
    }

    /**
     * Returns entries in the order in which they were made.
     *
     * @throws ProblemException with status 503 if the database is away
     */
    List<Entry> entries(long after, Period period, int limit) {
        database.require();
        try {
            return store.entries(after, period, limit);
        } catch (SQLException e) {
            throw database.unavailable(e);
        }
    }

    private static ProblemException unlisted(Departure what, ProblemException why) {
        return new ProblemException(
                new Problem(
                        "not-listed",
                        503,
                        "The request was not sent",
                        what.httpMethod() + " " + what.to() + " was not sent, since nothing leaves this node without an"
                                + " entry in its outbound ledger: "
                                + why.problem().detail(),
                        why.problem().action()),
                why);
    }
}
