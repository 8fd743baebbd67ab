// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federated.shares;

import java.security.SecureRandom;

class SharedSumTest extends SecureSumContractTest {

    @Override
    SecureSum sum(SumSpace space) {
        return new SharedSum(space, new SecureRandom());
    }
}
