// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.catalog.http;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.rivulet.registry.catalog.Model;
import dev.rivulet.registry.catalog.Revisions;
import org.jspecify.annotations.Nullable;

/**
 * A model in JSON with what clients of Hugging Face's hub look for at the same address.
 *
 * @param id its name
 * @param sha the commit of {@code main}; null without a version
 * @param pipelineTag its task
 */
record HubModelView(
        @JsonUnwrapped ModelView model, String id, @Nullable String sha, String pipelineTag) {

    static HubModelView of(Model model) {
        String sha = Revisions.preferred(model)
                .map(version -> version.commit(model.name()))
                .orElse(null);
        return new HubModelView(
                ModelView.of(model), model.name().value(), sha, model.task().wire());
    }
}
