// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.mlflow;

/** Tags of versions in which what MLflow knows beside our fields is kept. */
public final class MlflowTags {

    public static final String RUN_ID = "mlflow.run_id";
    public static final String RUN_LINK = "mlflow.run_link";

    private MlflowTags() {}
}
