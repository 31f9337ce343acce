package org.consilium.site.audit;

import java.util.List;
import java.util.Optional;
import org.consilium.contract.audit.NoteKey;
import org.consilium.contract.audit.NoteSignature;
import org.consilium.contract.audit.SignedCheckpoint;

/**
 * The consortium's audit log as this node is shown it; nothing of it is believed. Each method throws
 * {@link org.consilium.site.platform.ProblemException} if the server fails or answers something else, and
 * {@link jakarta.ws.rs.ProcessingException} if it cannot be reached: that is no contradiction, and asked again later.
 */
public interface ConsortiumLog {

    /** Returns the key that its checkpoints are said to be signed with. */
    NoteKey auditKey();

    /** Returns the latest checkpoint, nothing if the server says that it has none. */
    Optional<SignedCheckpoint> latestCheckpoint();

    /** Returns the proof that the log goes on from one size to another, nothing if the server says that it has none. */
    Optional<List<byte[]>> consistency(long first, long second);

    /** Hands over this site's counter-signature of the checkpoint of a size; again is harmless. */
    void witness(long size, NoteSignature signature);
}
