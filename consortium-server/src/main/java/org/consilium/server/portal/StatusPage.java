package org.consilium.server.portal;

import jakarta.enterprise.context.RequestScoped;
import jakarta.enterprise.inject.Instance;
import jakarta.faces.context.ExternalContext;
import jakarta.faces.context.FacesContext;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.consilium.contract.SiteId;
import org.consilium.contract.StudyId;
import org.consilium.server.platform.Refusal;
import org.consilium.server.round.Studies;
import org.consilium.server.round.StudyView;
import org.consilium.server.site.Heartbeats;
import org.consilium.server.site.Site;
import org.consilium.server.site.SiteHealth;
import org.consilium.server.site.Sites;
import org.consilium.server.study.Study;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.Readiness;

/** Behind {@code status.xhtml}: the consortium as it is at the moment of the request. */
@Named("page")
@RequestScoped
public class StatusPage {

    /** Studies that are shown with their rounds; all running ones would make a page long. */
    private static final int MOST_PANELS = 3;

    private static final int MOST_LINES = 30;

    @Inject
    Studies studies;

    @Inject
    Sites sites;

    @Inject
    Heartbeats heartbeats;

    @Inject
    @Readiness
    Instance<HealthCheck> checks;

    @Inject
    Clock clock;

    private Instant now;
    private List<CheckLine> checkLines = List.of();
    private List<StudyPanel> panels = List.of();
    private List<StudyLine> others = List.of();
    private List<SiteLine> siteLines = List.of();
    private int runningStudies;
    private boolean readable;
    private Optional<StudyId> wanted = Optional.empty();

    /** Reads everything, before the page is rendered; answers 404 where the address names a study that is not there. */
    public void load() throws IOException {
        ExternalContext request = FacesContext.getCurrentInstance().getExternalContext();
        now = clock.instant();
        checkLines = checks.stream()
                .map(HealthCheck::call)
                .map(CheckLine::of)
                .sorted(Comparator.comparing(CheckLine::name))
                .toList();
        // What needs the database is left out while it is away: the page then says so, and what to do.
        readable = checkLines.stream().allMatch(line -> line.up() || !line.id().equals(CheckLine.DATABASE));
        if (readable) {
            try {
                wanted = Optional.ofNullable(request.getRequestParameterMap().get("study"))
                        .map(StatusPage::id);
                read(wanted);
            } catch (Refusal unknown) {
                request.responseSendError(
                        unknown.problem().status(), unknown.problem().detail());
                FacesContext.getCurrentInstance().responseComplete();
            }
        }
    }

    private void read(Optional<StudyId> study) {
        List<Study> all = studies.all();
        List<StudyView> running = all.stream()
                .filter(Study::isRunning)
                .map(one -> studies.view(one.id()))
                .toList();
        List<StudyView> shown = new ArrayList<>();
        if (study.isPresent()) {
            shown.add(running.stream()
                    .filter(view -> view.study().id().equals(study.get()))
                    .findFirst()
                    .orElseGet(() -> studies.view(study.get())));
        } else {
            running.stream().limit(MOST_PANELS).forEach(shown::add);
            if (shown.isEmpty()) {
                all.stream().findFirst().map(one -> studies.view(one.id())).ifPresent(shown::add);
            }
        }
        List<StudyId> shownIds = shown.stream().map(view -> view.study().id()).toList();
        runningStudies = running.size();
        panels = shown.stream().map(view -> StudyPanel.of(view, now)).toList();
        others = all.stream()
                .filter(one -> !shownIds.contains(one.id()))
                .limit(MOST_LINES)
                .map(one -> StudyLine.of(
                        one,
                        running.stream()
                                .filter(view -> view.study().id().equals(one.id()))
                                .findFirst()
                                .flatMap(StudyView::stalledSince),
                        now))
                .toList();
        List<Site> members = sites.all();
        Map<SiteId, SiteHealth> health = heartbeats.health();
        siteLines = members.stream()
                .map(site -> SiteLine.of(site, health.get(site.id()), running, now))
                .sorted(SiteLine::order)
                .toList();
    }

    private static StudyId id(String text) {
        try {
            return new StudyId(text);
        } catch (IllegalArgumentException e) {
            throw Refusal.of(404, "study-unknown", "There is no study of that name.", "Go to the overview.");
        }
    }

    /** Returns when the page was made. */
    public Moment getNow() {
        return new Moment(now, now);
    }

    /** Returns whether the page shall keep itself up to date. */
    public boolean isLive() {
        return !"off"
                .equals(FacesContext.getCurrentInstance()
                        .getExternalContext()
                        .getRequestParameterMap()
                        .get("live"));
    }

    /** Returns the query by which the same page keeps itself up to date, or does so no more. */
    public String getOtherWay() {
        String study = wanted.map(id -> "study=" + id).orElse("");
        return isLive() ? "?live=off" + (study.isEmpty() ? "" : "&" + study) : study.isEmpty() ? "" : "?" + study;
    }

    /** Returns the page in a sentence. */
    public String getSummary() {
        if (!readable) {
            return "The database does not answer, so studies and sites cannot be shown.";
        }
        String what = runningStudies == 0
                ? "No study is running"
                : Figures.several(runningStudies, "study") + (runningStudies == 1 ? " is" : " are") + " running";
        long hot = siteLines.stream().filter(SiteLine::hot).count();
        String all = Figures.several(siteLines.size(), "site");
        String who = siteLines.isEmpty()
                ? "no site is registered yet"
                : hot == 0 ? all + ", none needs you" : hot + " of " + all + (hot == 1 ? " needs you" : " need you");
        return what + "; " + who + ".";
    }

    /** Returns whether the database could be read. */
    public boolean isReadable() {
        return readable;
    }

    /** Returns the server's readiness checks. */
    public List<CheckLine> getChecks() {
        return checkLines;
    }

    /** Returns the checks that fail. */
    public List<CheckLine> getFailures() {
        return checkLines.stream().filter(line -> !line.up()).toList();
    }

    /** Returns the studies that are shown with their rounds: the running ones, the wanted one, or the youngest. */
    public List<StudyPanel> getPanels() {
        return panels;
    }

    /** Returns the other studies, the youngest first. */
    public List<StudyLine> getOthers() {
        return others;
    }

    /** Returns the sites, first those that need a person. */
    public List<SiteLine> getSites() {
        return siteLines;
    }
}
