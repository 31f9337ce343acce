package org.consilium.site.images;

import java.sql.SQLException;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.consilium.contract.Problem;
import org.consilium.model.images.ImageDataException;
import org.consilium.site.platform.Database;
import org.consilium.site.platform.ProblemException;

/** What a steward is told when an import fails. */
final class ImportProblems {

    private static final Logger LOG = Logger.getLogger(ImportProblems.class.getName());
    private static final String DISK_FULL = "53100";

    private ImportProblems() {}

    static Problem of(Throwable failure, ImportRequest request, Database database) {
        if (failure instanceof ProblemException refused) {
            return refused.problem();
        }
        if (failure instanceof NoImagesException none) {
            return new Problem(
                    "no-images",
                    422,
                    "The folder has no images",
                    none.getMessage() + ".",
                    "Nothing was changed. Correct 'folder' and import again.");
        }
        if (failure instanceof ImageDataException data) {
            return new Problem(
                    "images-invalid",
                    422,
                    "The images cannot be used",
                    data.getMessage() + ".",
                    "Nothing was changed. Mend it and import again.");
        }
        if (failure instanceof OutOfMemoryError) {
            return new Problem(
                    "memory-exhausted",
                    507,
                    "The node has too little memory",
                    "The images of " + request.folder() + " do not fit the node's memory.",
                    "Nothing was changed. Raise -Xmx in jvm.options, or import fewer images.");
        }
        LOG.log(Level.WARNING, failure, () -> "the import of " + request.folder() + " failed");
        SQLException sql = sqlCause(failure);
        if (sql == null) {
            return new Problem(
                    "import-failed",
                    500,
                    "The node failed",
                    "The import of " + request.folder() + " failed: " + failure + ".",
                    "Nothing was changed. Look at the server's messages.log at this time and report it.");
        }
        if (DISK_FULL.equals(sql.getSQLState())) {
            return new Problem(
                    "disk-full",
                    507,
                    "The database's disk is full",
                    "The database has no room for the images of " + request.folder() + ": " + sql.getMessage() + ".",
                    "Nothing was changed. Make room on its disk and import again.");
        }
        return database.unavailable(sql).problem();
    }

    private static SQLException sqlCause(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql) {
                return sql;
            }
        }
        return null;
    }
}
