// SPDX-License-Identifier: Apache-2.0
/** What clients of MLflow uploaded, as a table of PostgreSQL. */
@NullMarked
package dev.rivulet.registry.mlflow.jdbc;

import org.jspecify.annotations.NullMarked;
