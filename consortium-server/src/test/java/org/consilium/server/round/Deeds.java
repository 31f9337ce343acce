package org.consilium.server.round;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.transaction.Transactional;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;
import org.consilium.contract.SiteId;
import org.consilium.server.platform.AfterCommit;
import org.consilium.server.site.Sites;

/** What the tests within the application do in transactions of the container. */
@ApplicationScoped
public class Deeds {

    @Inject
    Sites sites;

    @Inject
    EntityManager em;

    @Inject
    AfterCommit afterCommit;

    @Inject
    DataSource pool;

    /** Adds a site through JPA and a line through JDBC, and fails if asked to. */
    @Transactional
    public void addBoth(String name, boolean fail) {
        sites.enrolled(new SiteId(name), "Hospital");
        // What is in the transaction is seen in it, on both ways.
        check(count("SELECT count(*) FROM site WHERE id = '" + name + "'") == 1);
        try (Connection connection = pool.getConnection();
                PreparedStatement insert = connection.prepareStatement(
                        "INSERT INTO parameter_vector (architecture, count) VALUES (?, 1)")) {
            insert.setString(1, name);
            insert.executeUpdate();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        check(((Number) em.createNativeQuery("SELECT count(*) FROM parameter_vector WHERE architecture = :name")
                                .setParameter("name", name)
                                .getSingleResult())
                        .intValue()
                == 1);
        if (fail) {
            throw new IllegalStateException("on purpose");
        }
    }

    /** Returns the isolation of a transaction as JPA and as JDBC see it. */
    @Transactional
    public String isolation() {
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SHOW transaction_isolation")) {
            row.next();
            return row.getString(1) + "/"
                    + em.createNativeQuery("SELECT current_setting('transaction_isolation')")
                            .getSingleResult();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Asks for something to be run after the commit, and fails if asked to. */
    @Transactional
    public void afterCommit(Runnable task, boolean fail) {
        afterCommit.run("a test's task", task);
        if (fail) {
            throw new IllegalStateException("on purpose");
        }
    }

    /** Returns the one number that a query asks for, on a connection of the pool. */
    public long count(String sql) {
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getLong(1);
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }

    private static void check(boolean seen) {
        if (!seen) {
            throw new AssertionError("the transaction does not see what it did");
        }
    }
}
