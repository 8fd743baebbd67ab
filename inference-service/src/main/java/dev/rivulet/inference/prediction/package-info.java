// SPDX-License-Identifier: Apache-2.0
/** The HTTP API of stateless models: embeddings, reranking, classification. */
@NullMarked
@ApplicationModule(
        allowedDependencies = {"admission", "completion", "encoding", "execution", "models", "pictures", "scheduling"})
package dev.rivulet.inference.prediction;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
