package org.consilium.server.platform;

import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedExecutorService;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Status;
import jakarta.transaction.Synchronization;
import jakarta.transaction.TransactionSynchronizationRegistry;
import java.util.logging.Level;
import java.util.logging.Logger;

/** Runs something on a thread of the container once the current transaction has been committed, and only then. */
@ApplicationScoped
public class AfterCommit {

    private static final Logger LOG = Logger.getLogger(AfterCommit.class.getName());

    @Resource(lookup = "java:comp/TransactionSynchronizationRegistry")
    TransactionSynchronizationRegistry transactions;

    @Resource
    ManagedExecutorService executor;

    /** Runs the task after the commit, at once where there is no transaction; what it throws is logged. */
    public void run(String what, Runnable task) {
        if (transactions.getTransactionStatus() == Status.STATUS_NO_TRANSACTION) {
            submit(what, task);
            return;
        }
        transactions.registerInterposedSynchronization(new Synchronization() {
            @Override
            public void beforeCompletion() {
                // Nothing is known before the commit.
            }

            @Override
            public void afterCompletion(int status) {
                if (status == Status.STATUS_COMMITTED) {
                    submit(what, task);
                }
            }
        });
    }

    private void submit(String what, Runnable task) {
        executor.execute(() -> {
            try {
                task.run();
            } catch (RuntimeException e) {
                // The periodic tick does the same work again; here the failure only has to be seen.
                LOG.log(Level.WARNING, e, () -> what + " failed, the next tick tries again");
            }
        });
    }
}
