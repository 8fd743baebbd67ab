// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.config.publication;

import dev.rivulet.config.callers.Caller;
import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import dev.rivulet.settings.catalogue.LiveSettingsCatalogue;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.springframework.context.annotation.Profile;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestAttribute;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Publishes settings of an application at a profile. Who publishes is whose token was shown. */
@RestController
@Profile("backend-jdbc")
@RequestMapping("/api/config")
class PublicationController {

    private static final int MOST_REVISIONS = 200;

    private final LiveSettingsCatalogue catalogue;
    private final Publisher publisher;
    private final PublishedStore store;
    private final Revisions revisions;
    private final Announcer announcer;
    private final MeterRegistry meters;

    PublicationController(
            LiveSettingsCatalogue catalogue,
            Publisher publisher,
            PublishedStore store,
            Revisions revisions,
            Announcer announcer,
            MeterRegistry meters) {
        this.catalogue = catalogue;
        this.publisher = publisher;
        this.store = store;
        this.revisions = revisions;
        this.announcer = announcer;
        this.meters = meters;
    }

    @GetMapping("/catalogue")
    Map<String, List<Views.Setting>> catalogue() {
        Map<String, List<Views.Setting>> settings = new TreeMap<>();
        catalogue
                .applications()
                .forEach(application -> settings.put(
                        application,
                        catalogue.of(application).stream()
                                .map(Views.Setting::of)
                                .toList()));
        return settings;
    }

    @GetMapping("/{application}/{profile}")
    Views.State current(@PathVariable String application, @PathVariable String profile) {
        Site site = site(application, profile);
        return Views.State.of(site, store.head(site), store.values(site));
    }

    @PutMapping("/{application}/{profile}/values/{key}")
    Views.Published put(
            @PathVariable String application,
            @PathVariable String profile,
            @PathVariable String key,
            @RequestAttribute(Caller.ATTRIBUTE) Caller caller,
            HttpServletRequest request)
            throws IOException {
        Publication publication = Bodies.read(request, Bodies.Value.class).publication(key);
        return publish(site(application, profile), caller, publication);
    }

    @DeleteMapping("/{application}/{profile}/values/{key}")
    Views.Published delete(
            @PathVariable String application,
            @PathVariable String profile,
            @PathVariable String key,
            @RequestParam long revision,
            @RequestAttribute(Caller.ATTRIBUTE) Caller caller) {
        return publish(site(application, profile), caller, new Publication(revision, Map.of(), Map.of(), List.of(key)));
    }

    @PostMapping("/{application}/{profile}/revisions")
    Views.Published publish(
            @PathVariable String application,
            @PathVariable String profile,
            @RequestAttribute(Caller.ATTRIBUTE) Caller caller,
            HttpServletRequest request)
            throws IOException {
        Publication publication = Bodies.read(request, Bodies.Changes.class).publication();
        return publish(site(application, profile), caller, publication);
    }

    @PostMapping("/{application}/{profile}/rollback")
    Views.Published rollback(
            @PathVariable String application,
            @PathVariable String profile,
            @RequestAttribute(Caller.ATTRIBUTE) Caller caller,
            HttpServletRequest request)
            throws IOException {
        Bodies.Rollback wanted = Bodies.read(request, Bodies.Rollback.class);
        Site site = site(application, profile);
        return answer(site, () -> publisher.rollback(site, caller.name(), wanted.seen(), wanted.target()));
    }

    @GetMapping("/{application}/{profile}/revisions")
    Views.History history(
            @PathVariable String application,
            @PathVariable String profile,
            @RequestParam(defaultValue = "" + Long.MAX_VALUE) long before,
            @RequestParam(defaultValue = "50") int limit) {
        Site site = site(application, profile);
        if (limit < 1 || limit > MOST_REVISIONS) {
            throw problem(ProblemCode.INVALID_VALUE, "limit", "It must be from 1 to " + MOST_REVISIONS + ".");
        }
        List<Views.Published> revisions = store.history(site, before, limit).stream()
                .map(revision -> Views.Published.of(revision, null))
                .toList();
        return new Views.History(application, profile, revisions);
    }

    @GetMapping("/{application}/{profile}/diff")
    Views.Difference diff(
            @PathVariable String application,
            @PathVariable String profile,
            @RequestParam long from,
            @RequestParam long to) {
        Site site = site(application, profile);
        List<Views.Changed> changes =
                Change.between(publisher.valuesAt(site, from), publisher.valuesAt(site, to)).stream()
                        .map(Views.Changed::of)
                        .toList();
        return new Views.Difference(application, profile, from, to, changes);
    }

    private Views.Published publish(Site site, Caller caller, Publication publication) {
        return answer(site, () -> publisher.publish(site, caller.name(), publication));
    }

    private Views.Published answer(Site site, Supplier<Revision> publication) {
        try {
            Revision revision = publication.get();
            count("published");
            return Views.Published.of(revision, announcer.announce(site));
        } catch (ProblemException refused) {
            count(refused.problem().code() == ProblemCode.CONFLICT ? "conflict" : "refused");
            throw refused;
        }
    }

    private void count(String outcome) {
        meters.counter("rivulet.config.publications", "outcome", outcome).increment();
    }

    private Site site(String application, String profile) {
        revisions.requireKnown(application);
        if (!Site.namesProfile(profile)) {
            throw problem(
                    ProblemCode.INVALID_VALUE,
                    "profile",
                    "A profile is named by lower-case letters, digits and dashes, at most 63; 'default' is every site.");
        }
        return new Site(application, profile);
    }

    private static ProblemException problem(ProblemCode code, String param, String message) {
        return new ProblemException(Problem.at(code, param, message));
    }
}
