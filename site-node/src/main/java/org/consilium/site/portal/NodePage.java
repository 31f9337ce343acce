package org.consilium.site.portal;

import jakarta.annotation.PostConstruct;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import org.consilium.contract.Problem;
import org.consilium.site.platform.ProblemException;
import org.consilium.site.platform.SiteKey;
import org.consilium.site.platform.SiteSettings;
import org.consilium.site.poll.Enrolments;
import org.consilium.site.poll.Membership;

/** Behind {@code index.xhtml} and {@code state.xhtml}: the site as it stands at the moment of the request. */
@Named("node")
@RequestScoped
public class NodePage {

    @Inject
    Enrolments enrolments;

    @Inject
    SiteSettings settings;

    @Inject
    SiteKey key;

    private Membership membership;
    private String code = "";
    private Problem problem;

    /** Looks once, so that the page does not contradict itself. */
    @PostConstruct
    void look() {
        membership = enrolments.membership();
    }

    /**
     * Sends the code to the consortium.
     *
     * @return where to go: the page anew, or nowhere where there is something to correct
     */
    public String enrol() {
        try {
            enrolments.ask(code);
            return "/index.xhtml?faces-redirect=true";
        } catch (ProblemException e) {
            problem = e.problem();
            look();
            return null;
        }
    }

    /** Returns how the site stands, in words. */
    public Standing getStanding() {
        return Standing.of(membership);
    }

    /** Returns whether the site can still be enrolled. */
    public boolean isTakesCode() {
        return !(membership instanceof Membership.Enrolled);
    }

    /** Returns whether something is awaited that no one can do at this page. */
    public boolean isAwaiting() {
        return membership instanceof Membership.Waiting || membership instanceof Membership.Approved;
    }

    /** Returns the site's name. */
    public String getSite() {
        return settings.site().value();
    }

    /** Returns the consortium server's address. */
    public String getServer() {
        return settings.server().toString();
    }

    /** Returns the fingerprint of the site's key. */
    public String getFingerprint() {
        return key.kid();
    }

    /** Returns the code as it was typed. */
    public String getCode() {
        return code;
    }

    /** Takes the code as it was typed. */
    public void setCode(String code) {
        this.code = code == null ? "" : code;
    }

    /** Returns why the code was not taken, or null. */
    public Problem getProblem() {
        return problem;
    }
}
