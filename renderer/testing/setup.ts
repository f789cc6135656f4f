import { configure } from '@testing-library/react';

// A second, which is what it waits by itself, is short where other programs work beside the tests.
configure({ asyncUtilTimeout: 10_000 });
