// SPDX-License-Identifier: Apache-2.0
/** MLflow's REST for models, versions, aliases, tags, search and artifacts. */
@NullMarked
package dev.rivulet.registry.mlflow.http;

import org.jspecify.annotations.NullMarked;
