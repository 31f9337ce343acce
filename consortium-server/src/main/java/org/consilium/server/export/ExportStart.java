package org.consilium.server.export;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.util.List;
import java.util.function.Supplier;
import org.consilium.contract.audit.SignedCheckpoint;
import org.consilium.server.audit.Audit;
import org.consilium.server.audit.AuditEvent;
import org.consilium.server.audit.Ledger;
import org.consilium.server.round.StudyView;

/**
 * The moment of an export: its record, a checkpoint that ends with it, and the studies as they are then. Until this
 * transaction's commit nobody else appends, and so nobody commits a change: the studies are just what the records up to
 * there tell of, while rounds go on.
 */
@ApplicationScoped
class ExportStart {

    private final Audit audit;
    private final Ledger ledger;

    @Inject
    ExportStart(Audit audit, Ledger ledger) {
        this.audit = audit;
        this.ledger = ledger;
    }

    /** For the container's proxy. */
    ExportStart() {
        this(null, null);
    }

    /**
     * An export that has begun.
     *
     * @param checkpoint that has the export's record as its last
     * @param studies as they were then
     */
    record Begun(SignedCheckpoint checkpoint, List<StudyView> studies) {

        /** Returns how many records the log had. */
        long size() {
            return checkpoint.checkpoint().size();
        }
    }

    /** Records the export, signs the log, and then looks at the studies. */
    @Transactional
    public Begun begin(AuditEvent made, Supplier<List<StudyView>> studies) {
        ledger.noteKey();
        audit.append(made);
        return new Begun(ledger.sign().orElseThrow(), studies.get());
    }
}
