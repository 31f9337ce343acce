package org.consilium.server.site;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Supplier;
import org.consilium.contract.Es256KeyPair;
import org.consilium.contract.Sha256;
import org.consilium.contract.SiteId;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every {@link InvitationStore} promises. */
abstract class InvitationStoreContract {

    private static final Instant NOW = Instant.parse("2026-01-05T08:00:00.123456Z");
    private static final SiteId SITE = new SiteId("site-1");
    private static final Invitation.Claim CLAIM =
            new Invitation.Claim(Es256KeyPair.generate().publicKey(), "0.1.0", NOW.plusSeconds(60));

    private InvitationStore store;

    /** Returns an empty store. */
    abstract InvitationStore empty();

    /** Runs the work in a transaction of its own. */
    abstract <T> T committed(Supplier<T> work);

    @BeforeEach
    void open() {
        store = empty();
    }

    @Test
    void an_invitation_comes_back_as_it_was_added_by_its_number_and_by_its_code() {
        Invitation added = added(SITE, "a");
        assertThat(added.id()).isPositive();
        assertThat(added.state()).isEqualTo(InvitationState.OPEN);
        assertThat(committed(() -> store.lock(added.id()))).contains(added);
        assertThat(committed(() -> store.lock(code("a")))).contains(added);
        assertThat(committed(() -> store.lockUndecided(SITE))).contains(added);
        assertThat(committed(() -> store.lock(added.id() + 1))).isEmpty();
        assertThat(committed(() -> store.lock(code("b")))).isEmpty();
        assertThat(committed(() -> store.lockUndecided(new SiteId("site-2")))).isEmpty();
    }

    @Test
    void claim_and_decision_are_kept() {
        Invitation claimed = saved(added(SITE, "a").claimed(CLAIM));
        assertThat(committed(() -> store.lock(claimed.id()))).contains(claimed);
        Invitation rejected = saved(claimed.rejected("admin", "Not you.", NOW.plusSeconds(90)));
        assertThat(committed(() -> store.lock(claimed.id()))).contains(rejected);
        assertThat(committed(() -> store.lockUndecided(SITE))).isEmpty();
    }

    @Test
    void a_site_has_one_undecided_invitation_at_most() {
        Invitation first = added(SITE, "a");
        assertThat(committed(() -> store.add(invitation(SITE, "b")))).isEmpty();
        Invitation claimed = saved(first.claimed(CLAIM));
        assertThat(committed(() -> store.add(invitation(SITE, "b")))).isEmpty();
        saved(claimed.approved(CLAIM.key().kid(), "admin", NOW));
        Invitation second = added(SITE, "b");
        Invitation other = added(new SiteId("site-2"), "c");
        assertThat(committed(store::all))
                .extracting(Invitation::id)
                .containsExactly(other.id(), second.id(), first.id());
    }

    private Invitation added(SiteId site, String code) {
        Optional<Invitation> added = committed(() -> store.add(invitation(site, code)));
        assertThat(added).isPresent();
        return added.get();
    }

    private Invitation saved(Invitation invitation) {
        return committed(() -> {
            store.save(invitation);
            return invitation;
        });
    }

    private static Invitation invitation(SiteId site, String code) {
        Invitation.Wording wording = new Invitation.Wording("Hospital ä", "Dr. Who", "blood cells");
        return Invitation.open(site, wording, code(code), "coordinator", NOW, Duration.ofDays(7));
    }

    private static Sha256 code(String text) {
        return Sha256.of(text.getBytes(java.nio.charset.StandardCharsets.US_ASCII));
    }
}
