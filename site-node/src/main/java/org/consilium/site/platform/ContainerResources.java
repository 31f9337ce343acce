package org.consilium.site.platform;

import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedThreadFactory;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import java.time.Clock;
import javax.sql.DataSource;

/** Hands out what the container owns, so that classes say in their constructor what they need. */
@ApplicationScoped
class ContainerResources {

    @Produces
    @Resource(lookup = "jdbc/consilium")
    DataSource dataSource;

    /** Threads of our own for work without an end, since Liberty waits for those of its pool when it stops. */
    @Produces
    @Resource(lookup = "java:comp/DefaultManagedThreadFactory")
    ManagedThreadFactory threads;

    /** Returns the clock. */
    @Produces
    Clock clock() {
        return Clock.systemUTC();
    }
}
