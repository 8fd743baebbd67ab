// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.catalog.http;

import dev.rivulet.problems.ProblemCode;
import dev.rivulet.registry.catalog.Change;
import dev.rivulet.registry.catalog.Curation;
import dev.rivulet.registry.catalog.ModelName;
import dev.rivulet.registry.catalog.VersionName;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** What people say about models and versions: description, licence, model card, tags; and their removal. */
@RestController
@RequestMapping("/api/models/{model}")
class CurationController {

    private final Curation curation;

    CurationController(Curation curation) {
        this.curation = curation;
    }

    /** {@code PATCH /api/models/{model}}; what is missing stays. */
    record Describe(@Nullable String description, @Nullable String license) {}

    /** {@code PATCH /api/models/{model}/versions/{version}}. */
    record DescribeVersion(@Nullable String description) {}

    /** The value of a tag. */
    record TagValue(@Nullable String value) {
        String checked() {
            if (value == null) {
                throw Requests.problem(ProblemCode.MISSING_PARAMETER, "value", "Give the value of the tag.");
            }
            return value;
        }
    }

    @PatchMapping
    ResponseEntity<ModelView> describe(
            @PathVariable String model,
            @RequestBody Describe body,
            @RequestHeader(name = "If-Match", required = false) @Nullable String ifMatch) {
        return answer(
                curation.describe(name(model), body.description(), body.license(), Requests.expectedRevision(ifMatch)));
    }

    @DeleteMapping
    ResponseEntity<Void> remove(
            @PathVariable String model, @RequestHeader(name = "If-Match", required = false) @Nullable String ifMatch) {
        curation.removeModel(name(model), Requests.expectedRevision(ifMatch));
        return ResponseEntity.noContent().build();
    }

    @GetMapping("/card")
    ResponseEntity<byte[]> card(@PathVariable String model) {
        String card = curation.card(name(model));
        if (card.isEmpty()) {
            throw Requests.problem(ProblemCode.NOT_FOUND, "card", "The model has no card.");
        }
        return ResponseEntity.ok()
                .contentType(MediaType.parseMediaType("text/markdown;charset=UTF-8"))
                .header("X-Content-Type-Options", "nosniff")
                .body(card.getBytes(StandardCharsets.UTF_8));
    }

    @PutMapping(path = "/card", consumes = "text/markdown")
    ResponseEntity<ModelView> putCard(
            @PathVariable String model,
            @RequestBody(required = false) @Nullable String card,
            @RequestHeader(name = "If-Match", required = false) @Nullable String ifMatch) {
        return answer(curation.putCard(name(model), card == null ? "" : card, Requests.expectedRevision(ifMatch)));
    }

    @PutMapping("/tags/{tag}")
    ResponseEntity<ModelView> putTag(@PathVariable String model, @PathVariable String tag, @RequestBody TagValue body) {
        return answer(curation.putTag(name(model), tag, body.checked()));
    }

    @DeleteMapping("/tags/{tag}")
    ResponseEntity<ModelView> removeTag(@PathVariable String model, @PathVariable String tag) {
        return answer(curation.removeTag(name(model), tag));
    }

    @PatchMapping("/versions/{version}")
    ResponseEntity<ModelView> describeVersion(
            @PathVariable String model, @PathVariable String version, @RequestBody DescribeVersion body) {
        String text = body.description();
        if (text == null) {
            throw Requests.problem(ProblemCode.MISSING_PARAMETER, "description", "Give the description.");
        }
        return answer(curation.describe(name(model), version(version), text));
    }

    @DeleteMapping("/versions/{version}")
    ResponseEntity<ModelView> removeVersion(
            @PathVariable String model,
            @PathVariable String version,
            @RequestHeader(name = "If-Match", required = false) @Nullable String ifMatch) {
        return answer(curation.removeVersion(name(model), version(version), Requests.expectedRevision(ifMatch)));
    }

    @PutMapping("/versions/{version}/tags/{tag}")
    ResponseEntity<ModelView> putVersionTag(
            @PathVariable String model,
            @PathVariable String version,
            @PathVariable String tag,
            @RequestBody TagValue body) {
        return answer(curation.putTag(name(model), version(version), tag, body.checked()));
    }

    @DeleteMapping("/versions/{version}/tags/{tag}")
    ResponseEntity<ModelView> removeVersionTag(
            @PathVariable String model, @PathVariable String version, @PathVariable String tag) {
        return answer(curation.removeTag(name(model), version(version), tag));
    }

    private static ModelName name(String model) {
        return ModelName.parse(model, "model");
    }

    private static VersionName version(String version) {
        return VersionName.parse(version, "version");
    }

    private static ResponseEntity<ModelView> answer(Change change) {
        return ResponseEntity.ok()
                .eTag(Long.toString(change.model().revision()))
                .body(ModelView.of(change.model()));
    }
}
