package org.consilium.server.platform;

import jakarta.annotation.Resource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.inject.Produces;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import java.time.Clock;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import javax.sql.DataSource;

/** What the container gives, made injectable, so that everything else takes it by its constructor. */
@ApplicationScoped
public class Providers {

    private static final Duration MICROSECOND = Duration.of(1, ChronoUnit.MICROS);

    @PersistenceContext(unitName = "consilium")
    EntityManager entityManager;

    @Resource(lookup = "jdbc/consilium")
    DataSource dataSource;

    /** Returns the container's entity manager, one persistence context a transaction. */
    @Produces
    @Dependent
    public EntityManager entityManager() {
        return entityManager;
    }

    /** Returns the pool; outside a transaction each connection commits by itself. */
    @Produces
    @Dependent
    public DataSource dataSource() {
        return dataSource;
    }

    /**
     * Returns the clock. It ticks in microseconds, which is what PostgreSQL keeps: what is answered now and what is read
     * back later shall be equal.
     */
    @Produces
    @Dependent
    public Clock clock() {
        return Clock.tick(Clock.systemUTC(), MICROSECOND);
    }
}
